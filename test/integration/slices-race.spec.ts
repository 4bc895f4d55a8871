import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { QueryRunner } from 'typeorm';
import {
  partitionOf,
  type JournalReader,
  type JournalRecord,
  type SliceQuery,
} from '../../src/store/index.js';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import type { WritersPlan, WritersReport } from './slices-race-writers.js';

const PROCESSES = 4;
const WRITERS_PER_PROCESS = 8;
const TRANSACTIONS_PER_WRITER = 25;
/** How long a follower may stand still, in milliseconds; no writer holds a transaction for more than 30 or so. */
const LONGEST_STALL = 4000;

let pg: PostgresStore;
/** Another process's view: it shares no knowledge of holes with the first. */
let other: PostgresStore;
const bystanders: QueryRunner[] = [];

beforeAll(async () => {
  pg = await openPostgresStore();
  other = await openPostgresStore({ database: pg.database });
  await pg.dataSource.query('create table unrelated (n int)');
  for (const [isolation, sql] of [
    ['READ COMMITTED', 'insert into unrelated values (1)'],
    ['READ COMMITTED', 'select txid_current()'],
    ['REPEATABLE READ', 'select count(*) from event_journal'],
  ] as const) {
    const bystander = pg.dataSource.createQueryRunner();
    bystanders.push(bystander);
    await bystander.startTransaction(isolation);
    await bystander.query(sql);
  }
});

afterAll(async () => {
  for (const bystander of bystanders) {
    await bystander.rollbackTransaction();
    await bystander.release();
  }
  await other.close();
  await pg.close();
});

async function runWriters(): Promise<WritersReport[]> {
  const plan: WritersPlan = {
    url: pg.database.url,
    writers: WRITERS_PER_PROCESS,
    transactions: TRANSACTIONS_PER_WRITER,
  };
  const program = fileURLToPath(new URL('slices-race-program.js', import.meta.url));
  return Promise.all(
    Array.from({ length: PROCESSES }, async () => {
      const child = fork(program, {
        execArgv: ['--no-warnings'],
        env: { ...process.env, RACE: JSON.stringify(plan) },
      });
      let report: WritersReport | undefined;
      child.once('message', (message: WritersReport) => {
        report = message;
      });
      await once(child, 'exit');
      if (!report) throw new Error('A writing process ended without a report; its error is above.');
      return report;
    }),
  );
}

interface Follower {
  readonly seen: JournalRecord[];
  longestStall: number;
  blocked: number;
}

/** Follows the journal until the writers are done and nothing is left. */
async function follow(
  journal: JournalReader,
  query: Partial<SliceQuery>,
  writing: () => boolean,
): Promise<Follower> {
  const follower: Follower = { seen: [], longestStall: 0, blocked: 0 };
  let after = 0n;
  let movedAt = performance.now();
  for (;;) {
    const last = !writing();
    const slice = await journal.readSlice({ limit: 20, ...query, after });
    follower.seen.push(...slice.records);
    if (slice.blockedBy) follower.blocked += 1;
    if (slice.upTo > after || !slice.blockedBy) movedAt = performance.now();
    follower.longestStall = Math.max(follower.longestStall, performance.now() - movedAt);
    after = slice.upTo;
    if (last && !slice.more && !slice.blockedBy) return follower;
    if (!slice.more) await sleep(3);
  }
}

it(`${PROCESSES * WRITERS_PER_PROCESS} writers in ${PROCESSES} processes: each follower sees what it asked for, all of it, once and in order`, async () => {
  let done = false;
  const partition = (index: number): SliceQuery['partition'] => ({ index, of: 3 });
  const queries: [JournalReader, Partial<SliceQuery>, (record: JournalRecord) => boolean][] = [
    [pg.journal, {}, () => true],
    [other.journal, {}, () => true],
    [other.journal, { types: ['rarely'] }, ({ eventType }) => eventType === 'rarely'],
    ...[0, 1, 2].map((index): (typeof queries)[number] => [
      pg.journal,
      { partition: partition(index), types: ['often', 'rarely'] },
      ({ aggregateType, aggregateId }) => partitionOf(aggregateType, aggregateId, 3) === index,
    ]),
  ];
  const following = Promise.all(queries.map(([journal, query]) => follow(journal, query, () => !done)));
  const reports = await runWriters().finally(() => {
    done = true;
  });
  const followers = await following;

  const committed = reports
    .flatMap((report) => report.committed)
    .sort((a, b) => Number(BigInt(a.position) - BigInt(b.position)));
  expect(committed.length).toBeGreaterThan(800);
  const all = followers[0]!.seen;
  expect(all.map(({ eventId }) => eventId)).toEqual(committed.map(({ eventId }) => eventId));
  followers.forEach(({ seen }, index) => {
    const wanted = all.filter(queries[index]![2]);
    expect(wanted.length).toBeGreaterThan(100);
    expect(seen.map(({ eventId }) => eventId)).toEqual(wanted.map(({ eventId }) => eventId));
  });
  const rolledBack = reports.reduce((sum, report) => sum + report.rolledBack, 0);
  const killed = reports.reduce((sum, report) => sum + report.killed, 0);
  expect(rolledBack).toBeGreaterThan(0);
  expect(killed).toBeGreaterThan(0);
  // Holes were met, and nobody stood still for a bystander, who is there all the time.
  const blocked = followers.reduce((sum, follower) => sum + follower.blocked, 0);
  expect(blocked).toBeGreaterThan(0);
  const stall = Math.max(...followers.map(({ longestStall }) => longestStall));
  expect(stall).toBeLessThan(LONGEST_STALL);
  process.stdout.write(
    `\n${committed.length} events committed, ${rolledBack} transactions rolled back, ${killed} killed; ` +
      `${followers.length} followers, ${blocked} times at a hole, at most ${Math.round(stall)} ms\n\n`,
  );
}, 120_000);
