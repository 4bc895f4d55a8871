import { fork } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { Todo } from '../fixtures/todo.js';
import type { OverlapTally } from './overlap-writers.js';

const PROCESSES = 4;
const WRITERS = 12;
const APPENDS = 15;

let pg: PostgresStore;

beforeAll(async () => {
  pg = await openPostgresStore();
});
afterAll(() => pg.close());

async function runWriters(seed: number, streams: readonly string[]): Promise<OverlapTally> {
  const program = fileURLToPath(new URL('overlap-program.js', import.meta.url));
  const overlap = { url: pg.database.url, seed, streams, writers: WRITERS, appends: APPENDS };
  const child = fork(program, {
    execArgv: ['--no-warnings'],
    env: { ...process.env, OVERLAP: JSON.stringify(overlap) },
  });
  let tally: OverlapTally | undefined;
  child.once('message', (message: OverlapTally) => {
    tally = message;
  });
  await once(child, 'exit');
  if (!tally) throw new Error('A process ended without a result; its error is above.');
  return tally;
}

describe(`${PROCESSES} processes that append to the same streams, to several at once in any order`, () => {
  it('never wait for each other in a circle; what they are told is stored, once and without holes', async () => {
    // Names that collations order in another way than their bytes.
    const streams = ['a', 'B', 'ä', 'Z', '_', 'b'].map((name) => `${name}-${randomUUID()}`);
    const tallies = await Promise.all(
      Array.from({ length: PROCESSES }, (_, n) => runWriters(n + 1, streams)),
    );
    expect(tallies.flatMap(({ others }) => others)).toEqual([]);
    for (const id of streams) {
      const ids: string[] = [];
      let position = 0n;
      for await (const event of pg.store.read({ aggregate: Todo, id })) {
        ids.push(event.eventId);
        expect(event.aggregateVersion).toBe(ids.length);
        expect(event.position).toBeGreaterThan(position);
        position = event.position;
      }
      expect(ids.toSorted()).toEqual(tallies.flatMap(({ stored }) => stored[id] ?? []).toSorted());
    }
    const [{ deadlocks }] = await pg.dataSource.query<[{ deadlocks: string }]>(
      'select deadlocks::text from pg_stat_database where datname = current_database()',
    );
    expect(deadlocks).toBe('0');
  });
});
