import { fork } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { ExpectedVersion } from 'nestevents';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { Todo, TodoCreated } from '../fixtures/todo.js';

/** What one of the racing processes reports. */
interface Tally {
  readonly wins: number;
  readonly conflicts: number;
  readonly others: string[];
}

const PROCESSES = 4;
const WRITERS_PER_PROCESS = 4;
const APPENDS_PER_WRITER = 10;

let pg: PostgresStore;

beforeAll(async () => {
  pg = await openPostgresStore();
});
afterAll(() => pg.close());

async function race(stream: string, expectedVersion: ExpectedVersion | 'current'): Promise<Tally> {
  const program = fileURLToPath(new URL('race-program.js', import.meta.url));
  const tallies = await Promise.all(
    Array.from({ length: PROCESSES }, async () => {
      const child = fork(program, {
        execArgv: ['--no-warnings'],
        env: {
          ...process.env,
          RACE: JSON.stringify({
            url: pg.database.url,
            stream,
            expectedVersion,
            writers: WRITERS_PER_PROCESS,
            appends: APPENDS_PER_WRITER,
          }),
        },
      });
      let tally: Tally | undefined;
      child.once('message', (message: Tally) => {
        tally = message;
      });
      await once(child, 'exit');
      if (!tally) throw new Error('A racing process ended without a result; its error is above.');
      return tally;
    }),
  );
  return {
    wins: tallies.reduce((sum, { wins }) => sum + wins, 0),
    conflicts: tallies.reduce((sum, { conflicts }) => sum + conflicts, 0),
    others: tallies.flatMap(({ others }) => others),
  };
}

const appends = PROCESSES * WRITERS_PER_PROCESS * APPENDS_PER_WRITER;

describe(`${PROCESSES * WRITERS_PER_PROCESS} writers in ${PROCESSES} processes on one stream`, () => {
  const lines: string[] = [];

  afterAll(() => {
    process.stdout.write(`\n${lines.join('\n')}\n\n`);
  });

  it.each<[ExpectedVersion | 'current', boolean, (tally: Tally) => void]>([
    ['no-stream', false, ({ wins }) => expect(wins).toBe(1)],
    [1, true, ({ wins }) => expect(wins).toBe(1)],
    // Each writer reads the version, appends at it, and counts a conflict when somebody else was faster.
    ['current', true, ({ wins }) => expect(wins).toBeGreaterThanOrEqual(APPENDS_PER_WRITER)],
    ['stream-exists', true, ({ wins }) => expect(wins).toBe(appends)],
    ['stream-exists', false, ({ wins }) => expect(wins).toBe(0)],
    ['any', false, ({ wins }) => expect(wins).toBe(appends)],
    ['any', true, ({ wins }) => expect(wins).toBe(appends)],
  ])('expecting %p, on an existing stream: %p', async (expectedVersion, exists, check) => {
    const id = randomUUID();
    if (exists) await pg.store.append({ aggregate: Todo, id }, [new TodoCreated('first')]);
    const tally = await race(id, expectedVersion);
    expect(tally.others).toEqual([]);
    expect(tally.wins + tally.conflicts).toBe(appends);
    check(tally);
    const versions: number[] = [];
    let last = 0n;
    for await (const event of pg.store.read({ aggregate: Todo, id })) {
      versions.push(event.aggregateVersion);
      expect(event.position).toBeGreaterThan(last);
      last = event.position;
    }
    // Nothing lost, nothing twice, no hole.
    expect(versions).toEqual(Array.from({ length: tally.wins + (exists ? 1 : 0) }, (_, index) => index + 1));
    lines.push(
      `${String(expectedVersion).padEnd(14)} ${(exists ? 'existing' : 'new').padEnd(9)}` +
        `${String(tally.wins).padStart(4)} wins ${String(tally.conflicts).padStart(4)} conflicts ` +
        `${String(versions.length).padStart(4)} versions, dense`,
    );
  });
});
