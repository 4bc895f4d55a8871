import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, Repository, type EntityManager } from 'typeorm';
import {
  HandlerTransactionControlError,
  HandlerTransactionEndedError,
  type HandlerTransaction,
} from '../../src/projections/index.js';
import { TypeOrmHandlerStorage } from '../../src/typeorm/index.js';
import { Board, Card, Folder, Label, readModels } from '../fixtures/read-models.js';
import { killBackends } from '../postgres/faults.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

let database: TestDatabase;
let source: DataSource;
let storage: TypeOrmHandlerStorage;
let boards: Repository<Board>;
let early: Repository<Board>;

beforeAll(async () => {
  database = await createTestDatabase();
  const options = { type: 'postgres', url: database.url, entities: readModels, synchronize: true } as const;
  source = await new DataSource({ ...options, poolSize: 4 }).initialize();
  // As a class that extends Repository makes it, before anybody knows of durable handlers.
  early = new Repository(Board, source.createEntityManager());
  boards = source.getRepository(Board);
  storage = new TypeOrmHandlerStorage(source);
});

afterAll(async () => {
  await source.destroy();
  await database.drop();
});

beforeEach(async () => {
  await source.query('truncate board, label, folder cascade');
});

const undo = new Error('undo');
const join = <T>(work: (tx: HandlerTransaction) => Promise<T>, signal?: AbortSignal): Promise<T> =>
  storage.transaction((tx) => tx.join(() => work(tx)), 5000, signal);
const ids = async (): Promise<string[]> => (await boards.find({ order: { id: 'ASC' } })).map(({ id }) => id);

const ways: [string, () => Promise<unknown>][] = [
  ['save', () => boards.save({ id: 'x', cards: [{ text: 'a' }], labels: [{ name: 'l' }] })],
  ['insert', () => boards.insert({ id: 'x' })],
  ['upsert', () => boards.upsert({ id: 'x' }, ['id'])],
  ['a manager', () => source.manager.save(Board, { id: 'x' })],
  ['SQL of a manager', () => source.manager.query(`insert into board (id) values ('x')`)],
  ['SQL of a repository', () => early.query(`insert into board (id) values ('x')`)],
  ['a repository that was made before', () => early.save({ id: 'x' })],
  ['a manager that is made now', () => source.createEntityManager().save(Board, { id: 'x' })],
  ['a repository that is made now', () => source.getRepository('Board').save({ id: 'x' })],
  ['a repository that is extended now', () => boards.extend({}).save({ id: 'x' })],
  ['a query builder', () => boards.createQueryBuilder().insert().values({ id: 'x' }).execute()],
  [
    'one of the data source',
    () => source.createQueryBuilder().insert().into(Board).values({ id: 'x' }).execute(),
  ],
  ['a transaction in it', () => source.transaction((manager) => manager.save(Board, { id: 'x' }))],
  [
    'a query runner',
    async () => {
      const runner = source.createQueryRunner();
      await runner.query(`insert into board (id) values ('x')`);
      await runner.release();
    },
  ],
];

it.each(ways)('takes part and is rolled back with it: %s', async (_, write) => {
  await expect(
    join(async () => {
      await write();
      expect(await boards.countBy({ id: 'x' })).toBe(1);
      expect(await source.query('select * from board')).toEqual([]);
      throw undo;
    }),
  ).rejects.toBe(undo);
  expect(await ids()).toEqual([]);
  await join(write);
  expect(await ids()).toEqual(['x']);
});

it('does not change what repositories do outside', async () => {
  await join(async () => void (await source.getRepository(Label).find()));
  await source.getRepository(Label).save({ name: 'outside' });
  await early.save({ id: 'early' });
  expect(await source.query('select id from board')).toEqual([{ id: 'early' }]);
  const inner = source.createQueryRunner();
  expect(inner.isTransactionActive).toBe(false);
  await inner.release();
});

it('lets many save at once, and lazy relations and trees take part', async () => {
  const folders = source.getTreeRepository(Folder);
  await join(async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => boards.save({ id: `b${n}`, labels: [{ name: `l${n}` }] })),
    );
    const board = await boards.findOneByOrFail({ id: 'b1' });
    const card = source.getRepository(Card).create({ text: 'lazy' });
    card.lazyBoard = Promise.resolve(board);
    await source.getRepository(Card).save(card);
    const found = await boards.findOneByOrFail({ id: 'b1' });
    expect(await found.lazyCards).toMatchObject([{ text: 'lazy', loud: 'LAZY' }]);
    const root = await folders.save({ id: 1 });
    await folders.save({ id: 2, parent: root });
    expect(await folders.countDescendants(root)).toBe(2);
  });
  expect(await boards.count()).toBe(12);
});

it('takes back a savepoint with nothing else in it, also when many are open at once', async () => {
  await join(async () => {
    const save = (manager: EntityManager, id: string) => manager.save(Board, { id });
    const results = await Promise.allSettled([
      boards.save({ id: 'beside' }),
      ...[1, 2, 3, 4].map((n) =>
        source.transaction(async (manager) => {
          await save(manager, `outer${n}`);
          await boards.save({ id: `service${n}` });
          await manager.transaction((nested) => save(nested, `inner${n}`));
          if (n % 2) throw undo;
        }),
      ),
      boards.save({ id: 'also beside' }),
    ]);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(2);
  });
  expect(await ids()).toEqual([
    'also beside',
    'beside',
    'inner2',
    'inner4',
    'outer2',
    'outer4',
    'service2',
    'service4',
  ]);
});

it('uses the inner one of two transactions', async () => {
  await expect(
    join(async () => {
      await boards.save({ id: 'outer' });
      await join(async () => void (await boards.save({ id: 'inner' })));
      expect(await ids()).toEqual(['inner', 'outer']);
      throw undo;
    }),
  ).rejects.toBe(undo);
  expect(await ids()).toEqual(['inner']);
});

it('fails with what was swallowed, and not with what followed from it', async () => {
  const swallow = async () => {
    await boards.insert({ id: 'x' });
    await boards.insert({ id: 'x' }).catch(() => undefined);
  };
  await expect(join(swallow)).rejects.toThrow(/duplicate key/);
  await expect(
    join(async () => {
      await swallow();
      await boards.insert({ id: 'y' });
    }),
  ).rejects.toThrow(/duplicate key/);
  await join(async () => {
    await boards.insert({ id: 'z' });
    await source.transaction((manager) => manager.insert(Board, { id: 'z' })).catch(() => undefined);
  });
  expect(await ids()).toEqual(['z']);
});

it.each(['COMMIT', 'rollback', ' begin', "prepare transaction 'x'"])(
  'does not let a handler send %s',
  async (sql) => {
    await expect(join(() => source.manager.query(sql))).rejects.toThrow(HandlerTransactionControlError);
  },
);

it('refuses whatever a handler leaves running', async () => {
  const late: Promise<unknown>[] = [];
  let manager: EntityManager | undefined;
  const writes = ways.map(([, write]) => write);
  await join(async () => {
    await source.transaction(async (given) => void (manager = given));
    for (const write of [...writes, () => manager!.save(Board, { id: 'x' })]) {
      late.push(sleep(150).then(write));
    }
    for (const each of late) each.catch(() => undefined);
  });
  for (const each of late) await expect(each).rejects.toThrow(HandlerTransactionEndedError);
  await expect(manager!.save(Board, { id: 'x' })).rejects.toThrow(HandlerTransactionEndedError);
  expect(await ids()).toEqual([]);
});

it('never writes what was begun and not awaited anywhere else', async () => {
  for (let n = 0; n < 30; n += 1) {
    const begun: Promise<unknown>[] = [];
    const working = join(async () => {
      for (let m = 0; m < 5; m += 1) begun.push(boards.save({ id: `${n}-${m}` }).catch(() => undefined));
      if (n % 3) await sleep(n % 5);
      throw undo;
    });
    await expect(working).rejects.toBe(undo);
    await Promise.all([boards.count(), boards.count(), ...begun]);
  }
  expect(await ids()).toEqual([]);
});

describe('given up', () => {
  const reason = new Error('enough');

  it.each<[string, () => Promise<unknown>]>([
    ['waits for nothing', () => new Promise(() => undefined)],
    ['is in a statement', () => source.manager.query('select pg_sleep(30)')],
    ['is in a savepoint', () => source.transaction((manager) => manager.query('select pg_sleep(30)'))],
    [
      'has many statements waiting',
      () => Promise.all([1, 2, 3].map(() => source.manager.query('select pg_sleep(30)'))),
    ],
  ])('while it %s, leaves nothing behind and its connection usable', async (_, hang) => {
    const stop = new AbortController();
    const started = performance.now();
    let late: Promise<unknown> | undefined;
    const working = join(async () => {
      await boards.save({ id: 'x' });
      setTimeout(() => stop.abort(reason), 50);
      late = sleep(400).then(() => boards.save({ id: 'late' }));
      late.catch(() => undefined);
      await hang();
    }, stop.signal);
    await expect(working).rejects.toBe(reason);
    expect(performance.now() - started).toBeLessThan(3000);
    await Promise.all(Array.from({ length: 8 }, () => boards.count()));
    await expect(late).rejects.toThrow(HandlerTransactionEndedError);
    expect(await ids()).toEqual([]);
    const left = await source.query(`select 1 from pg_stat_activity where datname = current_database()
      and (state = 'idle in transaction' or query like 'select pg_sleep%' and state = 'active')`);
    expect(left).toEqual([]);
  });

  it('while it waits for a connection, gives back the one it gets later', async () => {
    const runners = Array.from({ length: 4 }, () => source.createQueryRunner());
    for (const runner of runners) await runner.connect();
    const stop = new AbortController();
    const working = join(async () => 1, stop.signal);
    stop.abort(reason);
    await expect(working).rejects.toBe(reason);
    for (const runner of runners) await runner.release();
    await Promise.all(Array.from({ length: 8 }, () => boards.count()));
  });

  it('with no connection left to cancel it, closes its own', async () => {
    const stop = new AbortController();
    const runners = Array.from({ length: 3 }, () => source.createQueryRunner());
    for (const runner of runners) await runner.connect();
    const working = join(async () => {
      setTimeout(() => stop.abort(reason), 50);
      await source.manager.query('select pg_sleep(3)');
    }, stop.signal);
    await expect(working).rejects.toBe(reason);
    for (const runner of runners) await runner.release();
    await Promise.all(Array.from({ length: 8 }, () => boards.count()));
  });
});

it('ends statements and pauses that last too long', async () => {
  await expect(
    storage.transaction((tx) => tx.join(() => source.manager.query('select pg_sleep(5)')), 100),
  ).rejects.toThrow(/statement timeout/);
  await expect(
    storage.transaction(async (tx) => {
      await sleep(400);
      await tx.join(() => boards.count());
    }, 100),
  ).rejects.toThrow(/idle-in-transaction timeout|terminat/);
  expect(await source.query('show statement_timeout')).toEqual([{ statement_timeout: '0' }]);
});

it('says that its backend was ended', async () => {
  const working = join(async () => {
    await boards.save({ id: 'x' });
    await killBackends(database, `state = 'idle in transaction'`);
    await boards.save({ id: 'y' });
  });
  await expect(working).rejects.toThrow(/terminat/);
  expect(await ids()).toEqual([]);
});
