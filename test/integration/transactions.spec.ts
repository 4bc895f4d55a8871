import { randomUUID } from 'node:crypto';
import { ConcurrencyError, InvalidTransactionError, type DomainEvent } from 'nestevents';
import type { EntityManager } from 'typeorm';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { Todo, TodoCreated } from '../fixtures/todo.js';
import { killBackends } from '../postgres/faults.js';

let pg: PostgresStore;

beforeAll(async () => {
  pg = await openPostgresStore();
  await pg.dataSource.query('create table other (id text primary key)');
});
afterAll(() => pg.close());

beforeEach(() => {
  pg.published.length = 0;
});

const create = (label = 'a'): Todo => Todo.create(randomUUID(), label);
const labels = (): string[] => pg.published.map((event) => (event as TodoCreated).label);

describe('in a transaction of the caller', () => {
  it('events are stored with whatever else it does, and published after the commit', async () => {
    const todo = create();
    let handled = false;
    let events: DomainEvent[] = [];
    await pg.dataSource.transaction(async (manager) => {
      await manager.query('insert into other values ($1)', [todo.id]);
      events = await pg.todos.save(todo, { transaction: manager });
      void pg.store.whenHandled(events).then(() => (handled = true));
      expect(events[0]!.position).toBeGreaterThan(0n);
      expect(await pg.todos.exists(todo.id)).toBe(false);
      expect(pg.published).toEqual([]);
      await new Promise(setImmediate);
      expect(handled).toBe(false);
    });
    expect(pg.published).toEqual(events);
    await pg.store.whenHandled(events);
    expect(await pg.todos.exists(todo.id)).toBe(true);
  });

  it('they go with it when it is rolled back, are never published, and can be saved anew', async () => {
    const todo = create();
    const queued = [...todo.getUncommittedEvents()];
    const transaction = pg.dataSource.transaction(async (manager) => {
      await pg.todos.save(todo, { transaction: manager });
      throw new Error('changed my mind');
    });
    await expect(transaction).rejects.toThrow('changed my mind');
    await pg.store.whenHandled(queued);
    expect(pg.published).toEqual([]);
    expect(await pg.todos.exists(todo.id)).toBe(false);
    await pg.store.append({ aggregate: Todo, id: todo.id }, queued, { expectedVersion: 0 });
    expect(pg.published).toEqual(queued);
  });

  it('they are not published when PostgreSQL rolls back what was to be committed', async () => {
    const todo = create();
    const runner = pg.dataSource.createQueryRunner();
    await runner.startTransaction();
    await pg.todos.save(todo, { transaction: runner.manager });
    await expect(runner.query('select * from nowhere')).rejects.toThrow(/does not exist/);
    // An error that is swallowed: COMMIT is answered with ROLLBACK, and without an error.
    await runner.commitTransaction();
    await runner.release();
    expect(pg.published).toEqual([]);
    expect(await pg.todos.exists(todo.id)).toBe(false);
  });

  it('savepoints count: what is rolled back to one is not published, the rest is', async () => {
    await pg.dataSource.transaction(async (outer) => {
      await pg.todos.save(create('outer'), { transaction: outer });
      await outer.transaction(async (inner) => {
        await pg.todos.save(create('inner'), { transaction: inner });
        await inner.transaction((innermost) =>
          pg.todos.save(create('innermost'), { transaction: innermost }),
        );
      });
      await outer
        .transaction(async (inner) => {
          await pg.todos.save(create('lost'), { transaction: inner });
          await inner.transaction((innermost) =>
            pg.todos.save(create('lost too'), { transaction: innermost }),
          );
          throw new Error('undo');
        })
        .catch(() => undefined);
      await pg.todos.save(create('last'), { transaction: outer });
      expect(pg.published).toEqual([]);
    });
    expect(labels()).toEqual(['outer', 'inner', 'innermost', 'last']);
  });

  it('a conflict leaves it usable', async () => {
    const todo = create();
    await pg.todos.save(todo);
    await pg.dataSource.transaction(async (manager) => {
      const again = Todo.create(todo.id, 'again');
      await expect(pg.todos.save(again, { transaction: manager })).rejects.toThrow(ConcurrencyError);
      await pg.todos.save(create('other'), { transaction: manager });
    });
    expect(labels()).toEqual(['a', 'other']);
  });

  it('a race lost to another transaction leaves it usable, too', async () => {
    const id = randomUUID();
    let second: Promise<void> | undefined;
    await pg.dataSource.transaction(async (first) => {
      await pg.todos.save(Todo.create(id, 'first'), { transaction: first });
      second = pg.dataSource.transaction(async (manager) => {
        // Waits for the first transaction, then finds the stream taken.
        await expect(pg.todos.save(Todo.create(id, 'second'), { transaction: manager })).rejects.toThrow(
          ConcurrencyError,
        );
        await pg.todos.save(create('instead'), { transaction: manager });
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    await second;
    expect(labels()).toEqual(['first', 'instead']);
  });

  it('a connection that breaks before the commit publishes nothing', async () => {
    const todo = create();
    const transaction = pg.dataSource.transaction(async (manager) => {
      await pg.todos.save(todo, { transaction: manager });
      await killBackends(pg.database);
    });
    await expect(transaction).rejects.toThrow(/terminat|released/i);
    expect(pg.published).toEqual([]);
    expect(await pg.todos.exists(todo.id)).toBe(false);
  });

  it('saves that run at the same time do not disturb each other, nor the connection', async () => {
    const small = await openPostgresStore({ database: pg.database, poolSize: 1 });
    const { id } = create();
    await small.dataSource.transaction(async (manager) => {
      const saves = Array.from({ length: 5 }, (_, n) =>
        small.todos.save(create(`${n}`), { transaction: manager }),
      );
      const conflicts = [1, 2].map((n) =>
        small.todos.save(Todo.create(id, `${n}`), { transaction: manager }),
      );
      expect((await Promise.allSettled(conflicts)).map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
      ]);
      await Promise.all(saves);
    });
    expect(small.published).toHaveLength(6);
    expect(await small.dataSource.query('select 1 as one')).toEqual([{ one: 1 }]);
    await small.close();
  });

  it('savepoints and commits that are sent as SQL count too', async () => {
    const runner = pg.dataSource.createQueryRunner();
    await runner.startTransaction();
    const save = (label: string): Promise<unknown> =>
      pg.todos.save(create(label), { transaction: runner.manager });
    await save('kept');
    await runner.query('savepoint "Odd ""name"');
    await save('lost');
    await runner.query('SAVEPOINT inner_one');
    await save('lost too');
    await runner.query('  rollback work to savepoint "Odd ""name"');
    await save('kept as well');
    await runner.query('release "Odd ""name"');
    await runner.query('commit');
    expect(labels()).toEqual(['kept', 'kept as well']);
    await runner.rollbackTransaction();
    await runner.release();
    expect(labels()).toEqual(['kept', 'kept as well']);
  });

  it('an aggregate whose save was rolled back can be saved again', async () => {
    const todo = create('1');
    const save = async (end: 'commit' | 'rollback'): Promise<void> => {
      await pg.dataSource
        .transaction(async (manager) => {
          await pg.todos.save(todo, { transaction: manager });
          todo.changeLabel(`${todo.label}+`);
          await pg.todos.save(todo, { transaction: manager });
          if (end === 'rollback') throw new Error('undo');
        })
        .catch(() => undefined);
    };
    await save('rollback');
    await save('rollback');
    expect(await pg.todos.exists(todo.id)).toBe(false);
    await save('commit');
    expect(await pg.todos.load(todo.id)).toMatchObject({ label: '1+++', version: 4 });
    expect(todo.version).toBe(4);
    expect(labels()).toEqual(['1', '1+', '1++', '1+++']);
  });

  it('and so can one that was saved twice at once', async () => {
    const todo = create('1');
    const lost = pg.dataSource.transaction(async (manager) => {
      await Promise.all([1, 2].map(() => pg.todos.save(todo, { transaction: manager })));
      throw new Error('undo');
    });
    await expect(lost).rejects.toThrow('undo');
    await pg.todos.save(todo);
    expect(await pg.todos.history(todo.id)).toHaveLength(1);
    expect(labels()).toEqual(['1']);
  });

  it.each(['REPEATABLE READ', 'SERIALIZABLE'] as const)(
    'a race lost behind a %s snapshot says to run the transaction again',
    async (isolation) => {
      const stream = { aggregate: Todo, id: create().id };
      await pg.store.append(stream, [new TodoCreated('a')]);
      for (const expectedVersion of [1, 'any', 'stream-exists'] as const) {
        const version = await pg.store.version(stream);
        const late = pg.dataSource.transaction(isolation, async (manager) => {
          await manager.query('select count(*) from event_journal');
          await pg.store.append(stream, [new TodoCreated('b')]);
          await pg.store.append(stream, [new TodoCreated('c')], {
            expectedVersion: expectedVersion === 1 ? version : expectedVersion,
            transaction: manager,
          });
        });
        const error: unknown = await late.catch((reason: unknown) => reason);
        // PostgreSQL itself may have noticed first.
        if ((error as { code?: string }).code === '40001') continue;
        expect(error).toBeInstanceOf(ConcurrencyError);
        expect((error as Error).message).toMatch(/took its snapshot.*run the whole transaction again/);
      }
    },
  );

  it('several saves of one aggregate follow each other', async () => {
    const todo = create('1');
    await pg.dataSource.transaction(async (manager) => {
      await pg.todos.save(todo, { transaction: manager });
      todo.changeLabel('2');
      await pg.todos.save(todo, { transaction: manager });
    });
    expect(labels()).toEqual(['1', '2']);
    expect(await pg.todos.load(todo.id)).toMatchObject({ label: '2', version: 2 });
  });

  it('a load sees what the transaction has saved, and so another save follows', async () => {
    const { id } = create();
    await pg.dataSource.transaction(async (manager) => {
      await pg.todos.save(Todo.create(id, '1'), { transaction: manager });
      expect(await pg.todos.find(id)).toBeNull();
      const loaded = await pg.todos.load(id, { transaction: manager });
      loaded.changeLabel('2');
      await pg.todos.save(loaded, { transaction: manager });
      expect(await pg.todos.load(id, { version: 1, transaction: manager })).toMatchObject({ label: '1' });
    });
    expect(await pg.todos.load(id)).toMatchObject({ label: '2' });
    const ended = pg.todos.load(id, { transaction: pg.dataSource.manager });
    await expect(ended).rejects.toThrow(InvalidTransactionError);
  });

  it('the same append again is recognised', async () => {
    const id = randomUUID();
    const event = new TodoCreated('once');
    await pg.dataSource.transaction(async (manager) => {
      await pg.store.append({ aggregate: Todo, id }, [event], { transaction: manager });
      await pg.store.append({ aggregate: Todo, id }, [event], { transaction: manager });
    });
    expect(labels()).toEqual(['once']);
  });
});

describe('what is no transaction', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['a manager outside of one', () => pg.dataSource.manager, /is in no transaction/],
    ['something else', () => ({ queryRunner: { isTransactionActive: true } }), /is no EntityManager/],
  ])('is refused: %s', async (_, transaction, message) => {
    const save = pg.todos.save(create(), { transaction: transaction() as EntityManager });
    await expect(save).rejects.toThrow(InvalidTransactionError);
    await expect(pg.todos.save(create(), { transaction: transaction() as EntityManager })).rejects.toThrow(
      message,
    );
  });

  it('is refused: one of another data source', async () => {
    const other = await openPostgresStore({ database: pg.database });
    const save = other.dataSource.transaction((manager) => pg.todos.save(create(), { transaction: manager }));
    await expect(save).rejects.toThrow(/another data source/);
    await other.close();
  });
});
