import { setTimeout as sleep } from 'node:timers/promises';
import { eventSourcingEntities } from 'nestevents';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { LeaseLostError, type HandlerStorage, type HandlerTransaction } from '../../src/projections/index.js';
import { TypeOrmHandlerStorage } from '../../src/typeorm/index.js';
import {
  claimNew,
  describeHandlerStorage,
  registration,
  unitOf,
} from '../contract/handler-storage.contract.js';
import { killBackends } from '../postgres/faults.js';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

let database: TestDatabase;
const sources: DataSource[] = [];
const queries: string[] = [];

async function openStorage(options: Partial<PostgresOptions> = {}): Promise<HandlerStorage> {
  const source = new DataSource({ type: 'postgres', url: database.url, ...options });
  sources.push(await source.initialize());
  return new TypeOrmHandlerStorage(source);
}

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  for (const source of sources) await source.destroy();
  await assertNoConnectionsLeft(database);
  await database.drop();
});

const logger = {
  logQuery: (query: string) => void queries.push(query),
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

describeHandlerStorage('PostgreSQL', () => openStorage({ logging: true, logger }));

it('uses nothing that lasts longer than a transaction, so that connections may change between them', () => {
  expect(queries.length).toBeGreaterThan(100);
  const session =
    /pg_(try_)?advisory_lock|\blisten\b|\bset (?!transaction|local|constraints)\w+ *(=|to\b)|\btemp\b|\bprepare\b/i;
  const statements = queries
    .map((query) => query.trimStart())
    .filter((query) => !/^(with|insert|update)/i.test(query));
  expect(statements.filter((query) => session.test(query))).toEqual([]);
});

it('beats in two statements, and never waits for a unit that is locked', async () => {
  const { lease } = await claimNew(await openStorage());
  const storage = await openStorage({ logging: true, logger });
  const other = sources.at(-2)!.createQueryRunner();
  await other.startTransaction();
  await other.query('select 1 from projection_checkpoint where handler = $1 for update', [
    lease.unit.handler,
  ]);
  queries.length = 0;
  await storage.heartbeat({ id: 'a', handlers: [] }, 60_000);
  expect(queries).toHaveLength(2);
  await other.rollbackTransaction();
  await other.release();
});

it('does not wait for a unit that is locked when it takes one or gives one back', async () => {
  const storage = await openStorage();
  const { lease, handler } = await claimNew(storage);
  const free = registration({ handler: `${handler}-free` });
  await storage.register([free]);
  const other = sources.at(-1)!.createQueryRunner();
  await other.startTransaction();
  await other.query('select 1 from projection_checkpoint where handler = any($1) for update', [
    [handler, free.handler],
  ]);
  await storage.release([lease]);
  expect(await storage.claim(unitOf(free.handler), 'b', 60_000)).toBeUndefined();
  await other.rollbackTransaction();
  await other.release();
  // The next ones find it free.
  expect(await storage.claim(unitOf(free.handler), 'b', 60_000)).toBeDefined();
  expect(await storage.claim(lease.unit, 'b', 60_000)).toBeUndefined();
  await storage.release([lease]);
  expect(await storage.claim(lease.unit, 'b', 60_000)).toBeDefined();
  await storage.leave('b');
});

it('forgets an instance that has not been heard of for ten leases', async () => {
  const storage = await openStorage();
  await storage.heartbeat({ id: 'gone', handlers: [] }, 1);
  await sleep(30);
  await storage.heartbeat({ id: 'here', handlers: [] }, 1);
  const rows = await sources.at(-1)!.query(`select id from projection_instance where id in ('gone', 'here')`);
  expect(rows).toEqual([{ id: 'here' }]);
  await storage.leave('here');
});

it('goes on with the checkpoint where the heartbeat has been meanwhile, however strict the data source is', async () => {
  const storage = await openStorage({ isolationLevel: 'SERIALIZABLE' });
  const { lease } = await claimNew(storage);
  await storage.transaction(async (tx) => {
    await tx.assertLease(lease);
    await storage.heartbeat({ id: 'a', handlers: [] }, 60_000);
    await tx.advance(lease, { from: 0n, to: 1n, handled: 1 });
  }, 5000);
  await storage.leave('a');
});

it('holds off who starts over until the transaction that made sure of its lease has ended', async () => {
  const storage = await openStorage();
  const { lease, handler } = await claimNew(storage);
  let started: Promise<void> | undefined;
  let over = false;
  await storage.transaction(async (tx) => {
    await tx.assertLease(lease);
    started = storage
      .startOver({ ...registration({ handler }), until: 0n, total: 0n }, async () => undefined)
      .then(() => void (over = true));
    await sleep(100);
    expect(over).toBe(false);
    await tx.advance(lease, { from: 0n, to: 1n, handled: 1 });
  }, 5000);
  await started;
  expect(over).toBe(true);
});

it('does not begin to work under a lease that ends while somebody starts over', async () => {
  const storage = await openStorage();
  const { lease, handler } = await claimNew(storage);
  let working: Promise<unknown> | undefined;
  let worked = false;
  await storage.startOver({ ...registration({ handler }), until: 0n, total: 0n }, async () => {
    const work = async (): Promise<void> => void (worked = true);
    working = storage.transaction(work, 5000, undefined, lease);
    working.catch(() => undefined);
    await sleep(100);
    expect(worked).toBe(false);
  });
  await expect(working).rejects.toThrow(LeaseLostError);
  expect(worked).toBe(false);
});

it('holds off who starts over from the first statement of a transaction under a lease', async () => {
  const storage = await openStorage();
  const { lease, handler } = await claimNew(storage);
  let started: Promise<void> | undefined;
  let over = false;
  const work = async (tx: HandlerTransaction): Promise<void> => {
    started = storage
      .startOver({ ...registration({ handler }), until: 0n, total: 0n }, async () => undefined)
      .then(() => void (over = true));
    await sleep(100);
    expect(over).toBe(false);
    await tx.advance(lease, { from: 0n, to: 1n, handled: 1 });
  };
  await storage.transaction(work, 5000, undefined, lease);
  await started;
  expect(over).toBe(true);
});

it('takes four statements for a transaction under a lease that moves its checkpoint', async () => {
  for (const isolationLevel of [undefined, 'SERIALIZABLE'] as const) {
    const storage = await openStorage(isolationLevel ? { isolationLevel } : {});
    const source = sources.at(-1)!;
    const { lease } = await claimNew(storage);
    const advance = (from: bigint): Promise<void> =>
      storage.transaction(
        (tx) => tx.advance(lease, { from, to: from + 1n, handled: 1 }),
        5000,
        undefined,
        lease,
      );
    await advance(0n);
    const statements: string[] = [];
    source.logger.logQuery = (sql: string) => void statements.push(sql);
    await advance(1n);
    // Where transactions are stricter by default, that is one more.
    expect(statements).toHaveLength(isolationLevel ? 5 : 4);
    expect(statements[0]).toBe('START TRANSACTION');
    expect(statements.at(-1)).toBe('COMMIT');
  }
});

it('rolls back what a handler wrote whose lease was lost, also when it took no lock before', async () => {
  const storage = await openStorage();
  const other = await openStorage();
  const { lease, handler } = await claimNew(storage);
  const source = sources.at(-2)!;
  await source.query('create table note (id int primary key)');
  const working = storage.transaction(async (tx) => {
    await tx.join(async () => void (await source.manager.query('insert into note values (1)')));
    await other.startOver({ ...registration({ handler }), until: 0n, total: 0n }, async () => undefined);
    await tx.advance(lease, { from: 0n, to: 1n, handled: 1 });
  }, 5000);
  await expect(working).rejects.toThrow(LeaseLostError);
  expect(await source.query('select * from note')).toEqual([]);
  expect((await other.cluster()).units.filter((unit) => unit.handler === handler)).toMatchObject([
    { position: 0n },
  ]);
});

it('is there after a backend was ended in the middle of everything', async () => {
  const storage = await openStorage();
  const { lease, handler } = await claimNew(storage);
  const working = storage.transaction(async (tx) => {
    await tx.advance(lease, { from: 0n, to: 1n, handled: 1 });
    await killBackends(database, `state = 'idle in transaction'`);
    await tx.assertLease(lease);
  }, 5000);
  await expect(working).rejects.toThrow(/terminat/);
  const units = (await storage.cluster()).units.filter((unit) => unit.handler === handler);
  expect(units).toMatchObject([{ position: 0n }]);
});

it('says what to do when its tables are missing', async () => {
  const empty = await createEmptyDatabase();
  const source = await new DataSource({ type: 'postgres', url: empty.url }).initialize();
  await expect(new TypeOrmHandlerStorage(source).prepare()).rejects.toThrow(
    /The table "projection_checkpoint" does not exist\. Run the shipped migrations/,
  );
  await source.destroy();
  await empty.drop();
});

it('can live in a schema of its own, synchronized', async () => {
  const empty = await createEmptyDatabase();
  const url = empty.url;
  const plain = await new DataSource({ type: 'postgres', url }).initialize();
  await plain.query('create schema "Odd schema"');
  await plain.destroy();
  const source = await new DataSource({
    type: 'postgres',
    url,
    schema: 'Odd schema',
    entities: eventSourcingEntities,
    synchronize: true,
  }).initialize();
  const storage = new TypeOrmHandlerStorage(source);
  await storage.prepare();
  const { lease, handler } = await claimNew(storage);
  await storage.transaction((tx) => tx.advance(lease, { from: 0n, to: 1n, handled: 1 }), 5000);
  const [row] = await source.query<unknown[]>(
    'select handler, position from "Odd schema".projection_checkpoint',
  );
  expect(row).toEqual({ handler, position: '1' });
  expect(await storage.claim(unitOf(handler), 'b', 1)).toBeUndefined();
  await source.destroy();
  await empty.drop();
});
