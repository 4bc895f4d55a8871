import { DataSource } from 'typeorm';
import { ReservedConnection } from '../../src/typeorm/index.js';
import { killBackends } from '../postgres/faults.js';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

let database: TestDatabase;
let source: DataSource;
let reserved: ReservedConnection;

beforeEach(async () => {
  database = await createTestDatabase();
  source = await new DataSource({ type: 'postgres', url: database.directUrl, poolSize: 1 }).initialize();
  reserved = new ReservedConnection(source);
});

afterEach(async () => {
  await reserved.close();
  await source.destroy();
  await assertNoConnectionsLeft(database);
  await database.drop();
});

interface Session {
  readonly pid: number;
}

const session = async (): Promise<number> =>
  (await reserved.query<Session[]>('select pg_backend_pid() as pid'))[0]!.pid;

const pooled = async (): Promise<number> =>
  (await source.query<Session[]>('select pg_backend_pid() as pid'))[0]!.pid;

it('answers while the pool has nothing left, on one connection', async () => {
  const runner = source.createQueryRunner();
  await runner.startTransaction();
  const pids = await Promise.all([session(), session(), session()]);
  expect(new Set(pids).size).toBe(1);
  await runner.rollbackTransaction();
  await runner.release();
  expect(await pooled()).not.toBe(pids[0]);
  await expect(reserved.query('select no_such_column')).rejects.toThrow(/no_such_column/);
  // An error of a statement is no reason for another connection.
  expect(await session()).toBe(pids[0]);
});

it('is made anew when it broke', async () => {
  const before = await session();
  await killBackends(database, `pid = ${before}`);
  // The first one after it may be the one that notices.
  const after = await session().catch(session);
  expect(after).not.toBe(before);
  expect(after).not.toBe(await pooled());
});

it('leaves it to the pool where no connection can be made, and after it was closed', async () => {
  const pool = (source.driver as unknown as { master: { Client: unknown } }).master;
  const inPool = await pooled();
  const { Client } = pool;
  pool.Client = class {
    on(): void {}
    async connect(): Promise<void> {
      throw new Error('sorry, too many clients already');
    }
    async end(): Promise<void> {}
  };
  expect(await session()).toBe(inPool);
  pool.Client = Client;
  const own = await session();
  expect(own).not.toBe(inPool);
  await reserved.close();
  expect(await session()).toBe(inPool);
});
