import { randomUUID } from 'node:crypto';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { BOTH_WAYS, openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { Todo, TodoCreated, TodoLabelChanged } from '../fixtures/todo.js';

/** Far longer than an append has to wait for those that are held up, in milliseconds. */
const LONG = 5_000;

let pg: PostgresStore;

const todo = (): { aggregate: typeof Todo; id: string } => ({ aggregate: Todo, id: randomUUID() });

describe.each(BOTH_WAYS)('appends that are held up, $way,', ({ pipelined }) => {
  beforeAll(async () => {
    pg = await openPostgresStore({ pipelined });
  });
  afterAll(() => pg.close());

  it.each([2, 3, 6])('hold up nobody else, %i at a time', async (count) => {
    const held = Array.from({ length: count }, todo);
    const waiting: Promise<unknown>[] = [];
    const free = await pg.dataSource.transaction(async (transaction) => {
      for (const each of held) await pg.store.append(each, [new TodoCreated('held')], { transaction });
      for (const each of held) {
        waiting.push(pg.store.append(each, [new TodoLabelChanged('waits')], { expectedVersion: 'any' }));
        // So that each has a statement of its own.
        await turn();
      }
      const others = Array.from({ length: 5 }, async () =>
        pg.store.append(todo(), [new TodoCreated('free')]),
      );
      const first = await Promise.race([Promise.all(others), sleep(LONG, 'held up', { ref: false })]);
      // Those before have been held up for long by now.
      const last = pg.store.append(todo(), [new TodoCreated('free')]);
      return [first, await Promise.race([last, sleep(LONG, 'held up', { ref: false })])];
    });
    expect(free).not.toContain('held up');
    await Promise.all(waiting);
    for (const each of held) expect(await pg.store.version(each)).toBe(2);
  });

  it('hold up neither those that share a statement with them, nor those behind', async () => {
    const held = [todo(), todo()];
    const waiting: Promise<unknown>[] = [];
    const appendTo = async (each: ReturnType<typeof todo>): Promise<unknown> =>
      pg.store.append(each, [new TodoCreated('free')], { expectedVersion: 'any' });
    const free = await pg.dataSource.transaction(async (transaction) => {
      for (const each of held) await pg.store.append(each, [new TodoCreated('held')], { transaction });
      const others: Promise<unknown>[] = [];
      // Two statements, with one that is held up in each, and more behind them.
      for (let n = 0; n < 40; n += 1) {
        const stuck = held[[4, 16].indexOf(n)];
        if (stuck) waiting.push(appendTo(stuck));
        else others.push(appendTo(todo()));
        if (n >= 20) await turn();
      }
      return Promise.race([Promise.all(others), sleep(LONG, 'held up', { ref: false })]);
    });
    expect(free).not.toBe('held up');
    await Promise.all(waiting);
    for (const each of held) expect(await pg.store.version(each)).toBe(2);
  });
});
