import { randomUUID } from 'node:crypto';
import { InvalidArgumentError } from 'nestevents';
import { describeUpdates } from '../contract/aggregate-updates.contract.js';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { Todo, TodoLabelChanged } from '../fixtures/todo.js';
import { killBackends } from '../postgres/faults.js';

let pg: PostgresStore;

beforeAll(async () => {
  pg = await openPostgresStore();
});
afterAll(async () => pg.close());

describeUpdates('PostgreSQL', async () => pg.journal);

describe('an update', () => {
  let id: string;

  beforeEach(async () => {
    id = randomUUID();
    await pg.todos.save(Todo.create(id, 'a'));
  });

  it('in a transaction loads and saves in it, and goes with it', async () => {
    const update = pg.dataSource.transaction(async (transaction) => {
      await pg.todos.update(id, (todo) => todo.changeLabel('b'), { transaction });
      const { aggregate } = await pg.todos.update(id, (todo) => todo.changeLabel(`${todo.label}c`), {
        transaction,
      });
      expect(aggregate).toMatchObject({ label: 'bc', version: 3 });
      expect(await pg.todos.load(id)).toMatchObject({ label: 'a' });
      throw new Error('undo');
    });
    await expect(update).rejects.toThrow('undo');
    expect(await pg.todos.load(id)).toMatchObject({ label: 'a', version: 1 });
  });

  it('in a transaction is tried once, and neither waits for others nor holds them up', async () => {
    let runs = 0;
    await pg.dataSource.transaction(async (transaction) => {
      const update = pg.todos.update(
        id,
        async (todo) => {
          runs += 1;
          // Another update of the same process, in a context that knows of no change.
          await pg.store.append({ aggregate: Todo, id }, [new TodoLabelChanged('other')]);
          todo.changeLabel('b');
        },
        { transaction },
      );
      await expect(update).rejects.toMatchObject({
        code: 'CONCURRENCY',
        expectedVersion: 1,
        actualVersion: 2,
      });
      await pg.todos.update(id, (todo) => todo.changeLabel(`${todo.label} c`));
    });
    expect(runs).toBe(1);
    expect(await pg.todos.load(id)).toMatchObject({ label: 'other c', version: 3 });
  });

  it('in a transaction takes no attempts', async () => {
    await pg.dataSource.transaction(async (transaction) => {
      const update = pg.todos.update(id, () => undefined, { transaction, attempts: 3 });
      await expect(update).rejects.toThrow(InvalidArgumentError);
      await expect(update).rejects.toThrow(/run all of it again/);
    });
  });

  it('whose connection is lost fails alone: those behind it go on', async () => {
    const change = (todo: Todo): void => todo.changeLabel(`${todo.label}.`);
    const updates = [
      pg.todos.update(id, async (todo) => {
        await killBackends(pg.database);
        change(todo);
      }),
      ...Array.from({ length: 20 }, async () => pg.todos.update(id, change)),
    ];
    const done = (await Promise.allSettled(updates)).filter(({ status }) => status === 'fulfilled').length;
    expect(done).toBeGreaterThanOrEqual(19);
    expect((await pg.todos.load(id)).version).toBe(1 + done);
  });
});
