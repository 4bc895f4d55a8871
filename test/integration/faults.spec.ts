import { randomUUID } from 'node:crypto';
import { BOTH_WAYS, openPostgresStore } from '../fixtures/postgres-store.js';
import { Todo, TodoCreated, TodoLabelChanged } from '../fixtures/todo.js';
import { createCuttableProxy, killBackends } from '../postgres/faults.js';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await assertNoConnectionsLeft(database);
  await database.drop();
});

describe('a database that goes away', () => {
  it('fails appends and loads with its own error, and the store works again when it is back', async () => {
    const proxy = await createCuttableProxy(database.url);
    const pg = await openPostgresStore({ database, url: proxy.url });
    const todo = Todo.create(randomUUID(), 'a');
    await pg.todos.save(todo);
    proxy.cutAll();
    todo.changeLabel('b');
    let failures = 0;
    // Each connection of the pool that was cut fails once at the most.
    for (;;) {
      try {
        await pg.todos.save(todo);
        break;
      } catch (error) {
        expect((error as { code?: string }).code).not.toBe('CONCURRENCY');
        failures += 1;
        expect(failures).toBeLessThan(17);
      }
    }
    expect(await pg.todos.load(todo.id)).toMatchObject({ label: 'b', version: 2 });
    await pg.close();
    await proxy.close();
  });

  it.each(BOTH_WAYS)(
    'loses and doubles nothing when appends, $way, are cut and tried again',
    async ({ pipelined }) => {
      const proxy = await createCuttableProxy(database.url);
      const pg = await openPostgresStore({ database, url: proxy.url, pipelined });
      const direct = await openPostgresStore({ database });
      const streams = Array.from({ length: 20 }, () => ({ aggregate: Todo, id: randomUUID() }));
      let appended = 0;
      let failures = 0;
      await Promise.all(
        streams.map(async (stream) => {
          for (let n = 0; n < 15; n += 1) {
            const events = [new TodoCreated(`${n}`), new TodoLabelChanged(`${n}'`)];
            for (;;) {
              try {
                const append = pg.store.append(stream, events, { expectedVersion: n * 2 });
                // Some statements are on their way, some answers on theirs.
                if ((appended += 1) % 25 === 0) setImmediate(() => proxy.cutAll());
                await append;
                break;
              } catch (error) {
                failures += 1;
                expect((error as { code?: string }).code).not.toBe('CONCURRENCY');
              }
            }
          }
        }),
      );
      expect(failures).toBeGreaterThan(10);
      for (const stream of streams) {
        const seen: string[] = [];
        for await (const event of direct.store.read(stream)) seen.push((event as TodoCreated).label);
        expect(seen).toEqual(Array.from({ length: 15 }, (_, n) => [`${n}`, `${n}'`]).flat());
      }
      // Each event was published exactly once, however often its append was tried.
      expect(pg.published).toHaveLength(20 * 15 * 2);
      expect(new Set(pg.published.map(({ eventId }) => eventId)).size).toBe(20 * 15 * 2);
      await direct.close();
      await pg.close();
      await proxy.close();
    },
  );

  it('survives killed backends', async () => {
    const pg = await openPostgresStore({ database });
    await Promise.all(Array.from({ length: 8 }, (_, n) => pg.todos.save(Todo.create(`${n}`, 'x'))));
    await killBackends(database);
    for (let n = 0; n < 8; n += 1) {
      const todo = await pg.todos.load(`${n}`).catch(() => pg.todos.load(`${n}`));
      expect(todo.version).toBe(1);
    }
    await pg.close();
  });
});
