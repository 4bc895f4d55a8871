import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { JournalRecord, NewRecord } from '../../src/store/index.js';
import { newRecord, text } from '../fixtures/odd-records.js';
import type { SnapshotQuery, SnapshotRecord } from '../../src/snapshots/index.js';
import { TypeOrmSnapshotStorage } from '../../src/typeorm/index.js';
import { openOneConnectionStore, plainRecord, preparedReads } from '../fixtures/one-connection-store.js';
import type { PostgresStore } from '../fixtures/postgres-store.js';

let pg: PostgresStore;

beforeEach(async () => {
  pg = await openOneConnectionStore();
});
afterEach(async () => pg.close());

async function append(aggregateId: string, records: readonly NewRecord[]): Promise<void> {
  await pg.journal.append([{ aggregateType: 'odd', aggregateId, expectedVersion: 'any', records }]);
}

async function read(aggregateId: string, backwards = false): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const page of pg.journal.readStream({ aggregateType: 'odd', aggregateId, backwards }))
    records.push(...page);
  return records;
}

/** Has the journal look large to who reads it. */
async function grow(): Promise<void> {
  await pg.dataSource.query(`select setval(pg_get_serial_sequence('event_journal', 'position'), 5000)`);
  await append('large', [plainRecord(randomUUID())]);
  await read('large');
}

const prepared = (): Promise<string[]> => preparedReads(pg);

it('reads a small journal by the function, and one that has grown by a prepared statement', async () => {
  await append('1', [plainRecord(randomUUID())]);
  await read('1');
  expect(await prepared()).toEqual([]);
  await grow();
  expect(await read('1')).toHaveLength(1);
  expect(await prepared()).toEqual([expect.stringMatching(/^select aggregate_version/)]);
});

it('answers what the statement answers that is not prepared, whatever is stored', async () => {
  await grow();
  await fc.assert(
    fc.asyncProperty(fc.array(newRecord, { minLength: 1, maxLength: 5 }), async (records) => {
      const aggregateId = randomUUID();
      await append(aggregateId, records);
      expect(await read(aggregateId)).toEqual((await read(aggregateId, true)).toReversed());
    }),
    { numRuns: 100 },
  );
  expect(await prepared()).toHaveLength(1);
});

it('uses the index, however few the streams are and whatever the connection has seen', async () => {
  const fill = async (from: number, to: number) =>
    pg.dataSource.query(
      `insert into event_journal (aggregate_type, aggregate_id, aggregate_version, event_id, event_type, event_data, metadata)
       select 'odd', 'id-' || n % 3, n / 3 + 1, gen_random_uuid(), 'odd', '{}', '{}' from generate_series($1::int, $2::int) n`,
      [from, to],
    );
  const scans = async () => {
    await pg.dataSource.query('select pg_stat_force_next_flush()');
    const [row] = await pg.dataSource.query<{ seq_scan: number; fetched: number }[]>(
      `select seq_scan::int, idx_tup_fetch::int as fetched from pg_stat_user_tables where relname = 'event_journal'`,
    );
    return row!;
  };
  const readOften = async () => {
    for (let time = 0; time < 20; time += 1) {
      const pages = pg.journal.readStream({
        aggregateType: 'odd',
        aggregateId: 'id-1',
        fromVersion: 300,
        limit: 10,
      });
      for await (const page of pages) expect(page).toHaveLength(10);
    }
  };
  await pg.dataSource.query('vacuum analyze event_journal');
  for (let time = 0; time < 20; time += 1) expect(await read('id-1')).toEqual([]);
  await fill(0, 1999);
  await pg.dataSource.query('analyze event_journal');
  await read('id-1');
  await readOften();
  await fill(2000, 30_000);
  const before = await scans();
  await readOften();
  expect(await scans()).toEqual({ seq_scan: before.seq_scan, fetched: before.fetched + 200 });
  expect(await prepared()).toHaveLength(1);
});

it('reads on by the function behind a pooler that loses the statement', async () => {
  await grow();
  await append('1', [plainRecord(randomUUID())]);
  await read('1');
  await pg.dataSource.query('deallocate all');
  expect(await read('1')).toHaveLength(1);
  expect(await read('1')).toHaveLength(1);
  expect(await prepared()).toEqual([]);
});

it('reads on where a column has got another type since the statement was prepared', async () => {
  await grow();
  await append('1', [plainRecord(randomUUID())]);
  const stored = await read('1');
  await pg.dataSource.query(`
    drop view event_journal_json;
    alter table event_journal alter column event_type type varchar(300)`);
  expect(await read('1')).toEqual(stored);
  expect(await read('1')).toEqual(stored);
});

describe('a load with snapshots', () => {
  const query = (aggregateId: string): SnapshotQuery => ({
    aggregateType: 'odd',
    aggregateId,
    snapshotVersion: 1,
    shape: 'shape',
  });
  const snapshotOf = (aggregateId: string, aggregateVersion: number, state: string): SnapshotRecord => ({
    ...query(aggregateId),
    aggregateVersion,
    eventId: randomUUID(),
    until: new Date(1_764_432_000_123),
    checksum: 'checksum',
    state,
  });
  const growBoth = async () =>
    pg.dataSource.query(`
      insert into event_journal (aggregate_type, aggregate_id, aggregate_version, event_id, event_type, event_data, metadata)
      select 'odd', 'other-' || n, 1, gen_random_uuid(), 'odd', '{}', '{}' from generate_series(1, 3000) n;
      insert into event_snapshot (aggregate_type, aggregate_id, aggregate_version, snapshot_version, event_id,
        until_date, shape, checksum, state)
      select 'odd', 'other-' || n, 1, 1, gen_random_uuid(), now(), 'shape', repeat('c', 64), 'state'
      from generate_series(1, 3000) n`);

  it('is by the function while the tables are small', async () => {
    await new TypeOrmSnapshotStorage(pg.dataSource).read(query('1'));
    expect(await prepared()).toEqual([]);
  });

  it('answers by a prepared statement what the function answers, whatever is stored and asked for', async () => {
    await growBoth();
    const storage = new TypeOrmSnapshotStorage(pg.dataSource);
    await fc.assert(
      fc.asyncProperty(
        fc.array(newRecord, { maxLength: 5 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 7 }), text), { maxLength: 3 }),
        fc.option(fc.integer({ min: 0, max: 7 }), { nil: undefined }),
        async (records, snapshots, toVersion) => {
          const aggregateId = randomUUID();
          if (records.length > 0) await append(aggregateId, records);
          for (const [version, state] of snapshots)
            await storage.write(snapshotOf(aggregateId, version, state));
          const asked = { ...query(aggregateId), toVersion };
          const byFunction = await pg.dataSource.transaction(async (transaction) =>
            storage.read({ ...asked, transaction }),
          );
          expect(await storage.read(asked)).toEqual(byFunction);
        },
      ),
      { numRuns: 100 },
    );
    expect(await prepared()).toHaveLength(1);
  });

  it('finds a snapshot and what came after it along the indexes alone', async () => {
    await growBoth();
    await pg.dataSource.query('analyze event_journal; analyze event_snapshot');
    const records = Array.from({ length: 50 }, () => plainRecord(randomUUID()));
    await append('1', records);
    const storage = new TypeOrmSnapshotStorage(pg.dataSource);
    await storage.write(snapshotOf('1', 41, 'state'));
    await storage.read(query('1'));
    const scans = async () => {
      await pg.dataSource.query('select pg_stat_force_next_flush()');
      return pg.dataSource.query<{ seq_scan: number; fetched: number }[]>(
        `select seq_scan::int, idx_tup_fetch::int as fetched from pg_stat_user_tables
         where relname in ('event_journal', 'event_snapshot') order by relname`,
      );
    };
    const before = await scans();
    for (let time = 0; time < 20; time += 1)
      expect((await storage.read(query('1'))).records).toHaveLength(10);
    const after = await scans();
    expect(
      after.map(({ seq_scan, fetched }, table) => [
        seq_scan - before[table]!.seq_scan,
        fetched - before[table]!.fetched,
      ]),
    ).toEqual([
      [0, 200],
      [0, 20],
    ]);
  });
});
