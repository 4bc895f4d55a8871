import { randomUUID } from 'node:crypto';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { Todo, TodoCreated, TodoLabelChanged } from '../fixtures/todo.js';

/** Far longer than an append has to wait for those that are held up, in milliseconds. */
const LONG = 5_000;

let pg: PostgresStore;

beforeAll(async () => {
  pg = await openPostgresStore();
});
afterAll(() => pg.close());

const todo = (): { aggregate: typeof Todo; id: string } => ({ aggregate: Todo, id: randomUUID() });

it.each([2, 3, 6])('%i at a time hold up nobody else', async (count) => {
  const held = Array.from({ length: count }, todo);
  const waiting: Promise<unknown>[] = [];
  const free = await pg.dataSource.transaction(async (transaction) => {
    for (const each of held) await pg.store.append(each, [new TodoCreated('held')], { transaction });
    for (const each of held) {
      waiting.push(pg.store.append(each, [new TodoLabelChanged('waits')], { expectedVersion: 'any' }));
      // So that each has a statement of its own.
      await turn();
    }
    const others = Array.from({ length: 5 }, async () => pg.store.append(todo(), [new TodoCreated('free')]));
    const first = await Promise.race([Promise.all(others), sleep(LONG, 'held up', { ref: false })]);
    // Those before have been held up for long by now.
    const last = pg.store.append(todo(), [new TodoCreated('free')]);
    return [first, await Promise.race([last, sleep(LONG, 'held up', { ref: false })])];
  });
  expect(free).not.toContain('held up');
  await Promise.all(waiting);
  for (const each of held) expect(await pg.store.version(each)).toBe(2);
});
