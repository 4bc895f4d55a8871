import { randomUUID } from 'node:crypto';
import { ConcurrencyError } from 'nestevents';
import type { Logger } from 'typeorm';
import { beFaster } from '../fixtures/faster-writer.js';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { Todo, TodoCreated } from '../fixtures/todo.js';

let pg: PostgresStore;
/** What went wrong in the database, as TypeORM's logger has it. */
let failures: string[];

beforeEach(async () => {
  failures = [];
  pg = await openPostgresStore();
  const logger: Logger = {
    logQuery: () => undefined,
    logQueryError: (error) => failures.push(String(error)),
    logQuerySlow: () => undefined,
    logSchemaBuild: () => undefined,
    logMigration: () => undefined,
    log: () => undefined,
  };
  pg.dataSource.setOptions({ logger });
});
afterEach(() => pg.close());

const todo = (id: string = randomUUID()): { aggregate: typeof Todo; id: string } => ({ aggregate: Todo, id });

/** A stream in which the next append loses a race. */
async function racedTodo(): Promise<{ aggregate: typeof Todo; id: string }> {
  const stream = todo();
  await beFaster(pg.dataSource, stream.id);
  return stream;
}

async function loseRace(): Promise<void> {
  const stream = await racedTodo();
  const lost = pg.store.append(stream, [new TodoCreated('slower')], { expectedVersion: 'no-stream' });
  await expect(lost).rejects.toMatchObject({ constructor: ConcurrencyError, actualVersion: 1 });
  await expect(pg.todos.load(stream.id)).resolves.toMatchObject({ version: 1, label: 'faster' });
}

it('are conflicts, of which only the first of some is an error in the database', async () => {
  await loseRace();
  expect(failures).toEqual([expect.stringContaining('event_journal_stream_key')]);
  await loseRace();
  await loseRace();
  expect(failures).toHaveLength(1);
});

it('are errors again when there have been none for long', async () => {
  await loseRace();
  for (let n = 0; n < 20; n += 1) await pg.store.append(todo(), [new TodoCreated('alone')]);
  await loseRace();
  expect(failures).toHaveLength(2);
});

it('are tried again where no version is expected', async () => {
  for (const label of ['first', 'prepared']) {
    const stream = await racedTodo();
    const [event] = await pg.store.append(stream, [new TodoCreated(label)], { expectedVersion: 'any' });
    expect(event).toMatchObject({ aggregateVersion: 2, label });
  }
});

it('leave the transaction of a caller usable', async () => {
  for (const label of ['first', 'prepared']) {
    const stream = await racedTodo();
    const other = todo();
    await pg.dataSource.transaction(async (transaction) => {
      const options = { expectedVersion: 'no-stream', transaction } as const;
      await expect(pg.store.append(stream, [new TodoCreated(label)], options)).rejects.toThrow(
        ConcurrencyError,
      );
      await pg.store.append(other, [new TodoCreated(label)], options);
    });
    expect(await pg.store.version(other)).toBe(1);
  }
});
