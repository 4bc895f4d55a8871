import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, QueryFailedError, type DataSourceOptions, type EntityManager } from 'typeorm';
import type { WrittenSchema } from '../../src/store/index.js';
import { TypeOrmSchemaArchive } from '../../src/typeorm/index.js';
import { describeSchemaArchive, writtenSchema } from '../contract/schema-archive.contract.js';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
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

/** Adds a row in a transaction that stays open, as by hand. */
async function insert(manager: EntityManager, schema: WrittenSchema): Promise<void> {
  const { eventType, eventVersion, aggregateType, fingerprint, definition, upcastFrom } = schema;
  await manager.query(
    `insert into event_schema (event_type, event_version, aggregate_type, fingerprint, definition, upcast_from)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      eventType,
      eventVersion,
      aggregateType,
      fingerprint,
      JSON.stringify(definition),
      JSON.stringify(upcastFrom),
    ],
  );
}

describe('keeping the same version at once', () => {
  it.each([false, true])(
    'waits for who was first, and answers what that one kept (apart: %p)',
    async (apart) => {
      const schema = writtenSchema({ upcastFrom: [1, 2] });
      const late = { ...schema, fingerprint: 'late', upcastFrom: [] };
      const other = writtenSchema();
      let waiting: Promise<readonly WrittenSchema[]> | undefined;
      await pg.dataSource.transaction(async (manager) => {
        await insert(manager, schema);
        waiting = othersArchive.keep([late, other], { apart });
        await untilWaiting(1);
      });
      expect(await waiting).toEqual([schema, other]);
      expect(await find(schema, other)).toHaveLength(2);
    },
  );

  it('goes on when who was first rolls back', async () => {
    const schema = writtenSchema();
    const late = { ...schema, fingerprint: 'late' };
    let waiting: Promise<readonly WrittenSchema[]> | undefined;
    const first = pg.dataSource.transaction(async (manager) => {
      await insert(manager, schema);
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
      await insert(manager, m!);
      waiting = Promise.all(orders.map((schemas) => othersArchive.keep(schemas)));
      await untilWaiting(2);
    });
    expect(await waiting).toEqual(orders);
  });

  it.each(['repeatable read', 'serializable'])('does so where %s is the default', async (isolation) => {
    const strict = await open({
      url: pg.database.directUrl,
      extra: { options: `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}` },
    });
    const strictArchive = new TypeOrmSchemaArchive(strict);
    for (const apart of [false, true]) {
      const [schema, other] = [writtenSchema(), writtenSchema()];
      let waiting: Promise<readonly WrittenSchema[]> | undefined;
      await pg.dataSource.transaction(async (manager) => {
        await insert(manager, schema);
        waiting = strictArchive.keep([other, { ...schema, fingerprint: 'late' }], { apart });
        await untilWaiting(1);
      });
      // Its first attempt failed: the statement's snapshot was older than the commit it waited for.
      expect(await waiting).toEqual([other, schema]);
    }
    await strict.destroy();
  });
});

describe('apart from the pool', () => {
  it('it keeps while somebody holds the only connection of the pool, and closes its own', async () => {
    const single = await open({
      url: pg.database.directUrl,
      poolSize: 1,
      extra: { application_name: 'single' },
    });
    const its = new TypeOrmSchemaArchive(single);
    const schemas = [writtenSchema(), writtenSchema()];
    await single.transaction(async () => {
      expect(await its.keep(schemas, { apart: true })).toEqual(schemas);
      expect(await find(...schemas)).toHaveLength(2);
      const [{ count }] = await others.query<[{ count: number }]>(
        `select count(*)::int as count from pg_stat_activity where application_name = 'single'`,
      );
      expect(count).toBe(1);
    });
    await single.destroy();
  });

  it('it fails as in the pool, with the error of the database', async () => {
    const schema = writtenSchema({ eventType: 'a\0b' });
    for (const apart of [false, true]) {
      await expect(archive.keep([schema], { apart })).rejects.toMatchObject({
        constructor: QueryFailedError,
        driverError: { code: '22021' },
      });
    }
  });

  it('it fails where no connection can be made', async () => {
    const source = await open({ poolSize: 1 });
    const its = new TypeOrmSchemaArchive(source);
    const { master } = source.driver as unknown as { master: { options: { port: number; host: string } } };
    Object.assign(master.options, { connectionString: undefined, host: '127.0.0.1', port: 1 });
    await expect(its.keep([writtenSchema()], { apart: true })).rejects.toThrow(/ECONNREFUSED/);
    await source.destroy();
  });
});

it('says so where the database hides what is kept', async () => {
  const hidden = await openPostgresStore();
  const role = `hidden_${randomUUID().slice(0, 8)}`;
  await hidden.dataSource.query(`
    create role ${role} login password 'hidden';
    grant select, insert on event_schema to ${role};
    alter table event_schema enable row level security;
    create policy adding on event_schema for insert with check (true);
    create policy seeing on event_schema for select using (fingerprint <> 'secret')`);
  const schema = writtenSchema({ fingerprint: 'secret' });
  await new TypeOrmSchemaArchive(hidden.dataSource).keep([schema]);
  const url = new URL(hidden.database.url);
  Object.assign(url, { username: role, password: 'hidden' });
  const limited = await open({ url: url.href });
  const keeping = new TypeOrmSchemaArchive(limited).keep([{ ...schema, fingerprint: 'another' }]);
  await expect(keeping).rejects.toThrow(/neither added to the table "event_schema" nor seen in it\. Let /);
  await limited.destroy();
  await hidden.dataSource.query(`drop owned by ${role}; drop role ${role}`);
  await hidden.close();
});

it('a connection that breaks in the middle leaves all or nothing', async () => {
  const blocked = writtenSchema({ eventType: 'z_blocked' });
  const schemas = [writtenSchema(), blocked, writtenSchema()];
  const victim = await open();
  await pg.dataSource.transaction(async (manager) => {
    await insert(manager, blocked);
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
