import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuplicateEventError, InvalidTransactionError } from 'nestevents';
import { DataSource, type DataSourceOptions, type EntityManager } from 'typeorm';
import { StaleSnapshotError, type WrittenSchema } from '../../src/store/index.js';
import { TypeOrmSchemaArchive } from '../../src/typeorm/index.js';
import { describeSchemaArchive, writtenSchema } from '../contract/schema-archive.contract.js';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { Todo, TodoCreated } from '../fixtures/todo.js';
import { killBackends } from '../postgres/faults.js';

let pg: PostgresStore;
let archive: TypeOrmSchemaArchive;
/** Another process: it shares no connection. */
let others: DataSource;
let othersArchive: TypeOrmSchemaArchive;

const open = (options: Partial<DataSourceOptions> = {}): Promise<DataSource> =>
  new DataSource({ type: 'postgres', url: pg.database.url, ...options } as DataSourceOptions).initialize();

beforeAll(async () => {
  pg = await openPostgresStore();
  archive = new TypeOrmSchemaArchive(pg.dataSource);
  others = await open({ poolSize: 16 });
  othersArchive = new TypeOrmSchemaArchive(others);
});
afterAll(async () => {
  await others.destroy();
  await pg.close();
});

describeSchemaArchive('PostgreSQL', async () => archive);

const find = async (...schemas: WrittenSchema[]): Promise<readonly WrittenSchema[]> =>
  othersArchive.find(schemas.map(({ eventType }) => eventType));

/** Resolves when so many wait for other transactions. */
async function untilWaiting(count: number): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const [{ waiting }] = await others.query<[{ waiting: number }]>(
      `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (waiting === count) return;
    if (tries > 200) throw new Error(`${waiting} wait, not ${count}`);
    await sleep(10);
  }
}

describe('keeping the same version at once', () => {
  it('waits for who was first, and answers what that one kept', async () => {
    const schema = writtenSchema();
    const late = { ...schema, fingerprint: 'late' };
    const other = writtenSchema();
    let waiting: Promise<readonly WrittenSchema[]> | undefined;
    await pg.dataSource.transaction(async (manager) => {
      await archive.keep([schema], manager);
      waiting = othersArchive.keep([late, other]);
      await untilWaiting(1);
    });
    expect(await waiting).toEqual([schema, other]);
    expect(await find(schema, other)).toHaveLength(2);
  });

  it('goes on when who was first rolls back', async () => {
    const schema = writtenSchema();
    const late = { ...schema, fingerprint: 'late' };
    let waiting: Promise<readonly WrittenSchema[]> | undefined;
    const first = pg.dataSource.transaction(async (manager) => {
      await archive.keep([schema], manager);
      waiting = othersArchive.keep([late]);
      await untilWaiting(1);
      throw new Error('changed my mind');
    });
    await expect(first).rejects.toThrow('changed my mind');
    expect(await waiting).toEqual([late]);
    expect(await find(schema)).toEqual([late]);
  });

  it('does not deadlock, whatever the order', async () => {
    const [a, m, z] = ['a', 'm', 'z'].map((name) => writtenSchema({ eventType: name + randomUUID() }));
    const orders = [
      [a!, m!, z!],
      [z!, m!, a!],
    ];
    let waiting: Promise<(readonly WrittenSchema[])[]> | undefined;
    await pg.dataSource.transaction(async (manager) => {
      // Whoever takes them as they come has taken one by now, and will want the other's.
      await archive.keep([m!], manager);
      waiting = Promise.all(orders.map((schemas) => othersArchive.keep(schemas)));
      await untilWaiting(2);
    });
    expect(await waiting).toEqual(orders);
  });

  it('answers transactions of several processes, and who keeps without one, the same', async () => {
    const schemas = Array.from({ length: 3 }, () => writtenSchema());
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => {
        const mine = schemas.map((schema) => ({ ...schema, fingerprint: `${n}` }));
        if (n % 3 === 0) return archive.keep(mine);
        const [source, its] = n % 2 ? [pg.dataSource, archive] : [others, othersArchive];
        return source.transaction((manager) => its.keep(mine, manager));
      }),
    );
    const kept = new Map((await find(...schemas)).map((schema) => [schema.eventType, schema]));
    const expected = schemas.map(({ eventType }) => kept.get(eventType));
    for (const answer of answers) expect(answer).toEqual(expected);
  });

  it.each(['repeatable read', 'serializable'])(
    'is no concern of who keeps without a transaction where %s is the default',
    async (isolation) => {
      const schema = writtenSchema();
      const other = writtenSchema();
      const strict = await open({
        extra: { options: `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}` },
      });
      const strictArchive = new TypeOrmSchemaArchive(strict);
      let waiting: Promise<readonly WrittenSchema[]> | undefined;
      await pg.dataSource.transaction(async (manager) => {
        await archive.keep([schema], manager);
        waiting = strictArchive.keep([other, { ...schema, fingerprint: 'late' }]);
        await untilWaiting(1);
      });
      // Its first attempt failed: the statement's snapshot was older than the commit it waited for.
      expect(await waiting).toEqual([other, schema]);
      await strict.destroy();
    },
  );
});

describe("in a caller's transaction", () => {
  it('what is kept shows to others after the commit', async () => {
    const schema = writtenSchema();
    await pg.dataSource.transaction(async (manager) => {
      expect(await archive.keep([schema], manager)).toEqual([schema]);
      expect(await archive.keep([{ ...schema, fingerprint: 'again' }], manager)).toEqual([schema]);
      expect(await find(schema)).toEqual([]);
    });
    expect(await find(schema)).toEqual([schema]);
  });

  it('nothing is kept when it is rolled back', async () => {
    const schemas = [writtenSchema(), writtenSchema()];
    const transaction = pg.dataSource.transaction(async (manager) => {
      await archive.keep(schemas, manager);
      throw new Error('changed my mind');
    });
    await expect(transaction).rejects.toThrow('changed my mind');
    expect(await find(...schemas)).toEqual([]);
  });

  it('nothing is kept that is rolled back to a savepoint', async () => {
    const [kept, lost] = [writtenSchema(), writtenSchema()];
    await pg.dataSource.transaction(async (manager) => {
      await archive.keep([kept], manager);
      await manager
        .transaction(async (inner) => {
          await archive.keep([lost], inner);
          throw new Error('undo');
        })
        .catch(() => undefined);
    });
    expect(await find(kept, lost)).toEqual([kept]);
  });

  it('an append that is refused at the same time takes nothing back', async () => {
    const event = new TodoCreated('a');
    await pg.store.append({ aggregate: Todo, id: randomUUID() }, [event]);
    const schemas = Array.from({ length: 6 }, () => writtenSchema());
    await pg.dataSource.transaction(async (manager) => {
      const work = schemas.flatMap((schema) => [
        pg.store.append({ aggregate: Todo, id: randomUUID() }, [event], { transaction: manager }),
        archive.keep([schema], manager),
      ]);
      const results = await Promise.allSettled(work);
      for (const [index, result] of results.entries()) {
        if (index % 2) expect(result).toMatchObject({ status: 'fulfilled' });
        else expect(result).toMatchObject({ reason: expect.any(DuplicateEventError) });
      }
    });
    expect(await find(...schemas)).toHaveLength(6);
  });

  it.each(['REPEATABLE READ', 'SERIALIZABLE'] as const)(
    'a %s snapshot that is too old says to run the transaction again, and leaves it usable',
    async (isolation) => {
      const [schema, other] = [writtenSchema(), writtenSchema()];
      await pg.dataSource.transaction(isolation, async (manager) => {
        await manager.query('select count(*) from event_journal');
        await othersArchive.keep([schema]);
        const late = archive.keep([other, { ...schema, fingerprint: 'late' }], manager);
        const error: unknown = await late.catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(StaleSnapshotError);
        expect(error).toMatchObject({
          code: 'STALE_SNAPSHOT',
          schemas: [`${other.eventType} v1`, `${schema.eventType} v1`],
          cause: { driverError: { code: '40001' } },
        });
        expect((error as Error).message).toMatch(/took its snapshot.*run the whole transaction again\.$/);
        expect(await archive.keep([other], manager)).toEqual([other]);
      });
      expect(await find(schema, other)).toHaveLength(2);
      const again = pg.dataSource.transaction(isolation, (manager) =>
        archive.keep([{ ...schema, fingerprint: 'late' }], manager),
      );
      expect(await again).toEqual([schema]);
    },
  );

  it.each<[string, () => unknown]>([
    ['a manager outside of a transaction', () => pg.dataSource.manager],
    ['something else', () => ({ queryRunner: { isTransactionActive: true } })],
  ])('is none: %s is refused', async (_, transaction) => {
    const schema = writtenSchema();
    for (const schemas of [[schema], []]) {
      const keep = archive.keep(schemas, transaction() as EntityManager);
      await expect(keep).rejects.toThrow(InvalidTransactionError);
    }
    expect(await find(schema)).toEqual([]);
  });
});

it('a connection that breaks in the middle leaves all or nothing', async () => {
  const blocked = writtenSchema({ eventType: 'z_blocked' });
  const schemas = [writtenSchema(), blocked, writtenSchema()];
  const victim = await open();
  await pg.dataSource.transaction(async (manager) => {
    await archive.keep([blocked], manager);
    const keep = new TypeOrmSchemaArchive(victim).keep(schemas).catch((reason: unknown) => reason);
    await untilWaiting(1);
    await killBackends(pg.database, `wait_event_type = 'Lock'`);
    expect(await keep).toBeInstanceOf(Error);
  });
  expect(await find(...schemas)).toEqual([blocked]);
  expect(await othersArchive.keep(schemas)).toEqual(schemas);
  await victim.destroy();
});

it('event types are no SQL, and asking for none asks nobody', async () => {
  const queries: string[] = [];
  const logged = await open();
  logged.setOptions({ logging: true, logger: 'simple-console' });
  Object.assign(logged.logger, { logQuery: (query: string) => queries.push(query) });
  const its = new TypeOrmSchemaArchive(logged);
  await its.find([]);
  await its.keep([]);
  expect(queries).toEqual([]);
  await its.find(['drop_everything']);
  await its.keep([writtenSchema({ eventType: 'drop_everything', definition: 'drop_everything' })]);
  expect(queries).toHaveLength(2);
  expect(queries.join()).not.toContain('drop_everything');
  await logged.destroy();
});
