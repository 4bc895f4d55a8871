import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { DataSource } from 'typeorm';
import { PipelinedConnection, PreparedSql } from '../../src/typeorm/index.js';
import { killBackends } from '../postgres/faults.js';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

/** As it was before `pg` could pipeline. */
class OldClient extends Client {
  constructor(config?: ClientConfig) {
    super(config);
    Reflect.set(this, 'pipeline', undefined);
  }
}

/** As a pooler answers, which makes up a process for each connection. */
class PooledClient extends Client {
  get processID(): number {
    return 1;
  }
  set processID(_: unknown) {}
}

let database: TestDatabase;
let source: DataSource;
let sql: PreparedSql;

async function open(poolSize = 4, extra: object = {}): Promise<void> {
  source = await new DataSource({ type: 'postgres', url: database.directUrl, poolSize, extra }).initialize();
  sql = new PreparedSql(source, new PipelinedConnection(source));
}

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await source.destroy();
  await assertNoConnectionsLeft(database);
  await database.drop();
});

const connections = async (): Promise<unknown> =>
  source.query('select count(*)::int as count from pg_stat_activity where datname = current_database()');

/** Which connection sends it, after so many seconds. */
const pid = async (seconds = 0): Promise<number> => {
  const [row] = await sql.query<{ pid: number }[]>('select pg_backend_pid() as pid, pg_sleep($1::float)', [
    seconds,
  ]);
  return row!.pid;
};

it('is one for all who come while it is in use', async () => {
  await open();
  const pids = await Promise.all([pid(0.05), pid(), pid(0.01), pid()]);
  expect(new Set(pids).size).toBe(1);
  expect(await connections()).toEqual([{ count: 1 }]);
});

it('sends statements before earlier ones are answered', async () => {
  await open();
  await pid();
  const first = pid(0.2);
  const second = sql.query<{ pid: number; begun: Date }[]>(
    'select pg_backend_pid() as pid, clock_timestamp() as begun',
  );
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  // This process hears of no answer until both are over.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  const now = Date.now();
  const [row] = await second;
  expect(row!.pid).toBe(await first);
  expect(now - row!.begun.getTime()).toBeGreaterThan(300);
});

it('leaves a connection of the pool as it was', async () => {
  await open(1);
  await Promise.all([pid(), pid()]);
  const runner = source.createQueryRunner();
  expect(await runner.connect()).toMatchObject({ pipeline: false });
  await runner.release();
});

it('leaves it to pipeline where the application has it do so', async () => {
  await open(1, { pipeline: true });
  await Promise.all([pid(), pid()]);
  const runner = source.createQueryRunner();
  expect(await runner.connect()).toMatchObject({ pipeline: true });
  await runner.release();
});

it('is as many as there are statements where `pg` cannot pipeline', async () => {
  await open(4, { Client: OldClient });
  await pid();
  const pids = await Promise.all([pid(0.05), pid(0.05), pid(0.05)]);
  expect(new Set(pids).size).toBe(3);
});

it('is as many as there are statements where a pooler is in between, which may mix them up', async () => {
  await open(4, { Client: PooledClient });
  const pids = await Promise.all([pid(0.05), pid(0.05), pid(0.05)]);
  expect(new Set(pids).size).toBe(3);
});

it('is given back now and then, also when it is always in use', async () => {
  await open(1);
  const stop = new AbortController();
  let sent = 0;
  const callers = Array.from({ length: 3 }, async () => {
    for (; !stop.signal.aborted; sent += 1) await pid();
  });
  await sleep(20);
  // Comes in its turn, though there is but this connection.
  expect(await source.query('select 1 as one')).toEqual([{ one: 1 }]);
  const before = sent;
  await sleep(20);
  stop.abort();
  await Promise.all(callers);
  expect(sent).toBeGreaterThan(before);
});

it('is another for who comes while somebody has kept it for long', async () => {
  await open();
  const held = pid(2);
  await sleep(200);
  const others = await Promise.all([pid(), pid()]);
  expect(others[0]).toBe(others[1]);
  expect(await held).not.toBe(others[0]);
});

it('lets each statement fail by itself', async () => {
  await open();
  const [one, two, three] = await Promise.allSettled([
    pid(),
    sql.query('select 1 / $1::int', [0]),
    sql.query('select $1::int + 1 as next', [1]),
  ]);
  expect(one.status).toBe('fulfilled');
  expect(two).toMatchObject({ reason: { driverError: { code: '22012' } } });
  expect(three).toMatchObject({ value: [{ next: 2 }] });
  expect(await pid()).toBe((one as PromiseFulfilledResult<number>).value);
});

it('is another after it was lost, which all on it are told', async () => {
  await open();
  const lost = Promise.allSettled([pid(30), pid(), pid()]);
  while ((await killBackends(database, `query like '%pg_sleep%' and state = 'active'`)) === 0) await sleep(5);
  const next = await pid();
  expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(next).toBeGreaterThan(0);
});

it('tells all who wait for it that there is none, and is there when there is one', async () => {
  await open(1, { connectionTimeoutMillis: 50 });
  const runner = source.createQueryRunner();
  await runner.connect();
  const refused = await Promise.allSettled([pid(), pid()]);
  for (const each of refused)
    expect(each).toMatchObject({ reason: { message: expect.stringContaining('timeout') as string } });
  await runner.release();
  expect(await pid()).toBeGreaterThan(0);
});

it('sends again without a name what is not known to the connection that a pooler has given', async () => {
  await open();
  await pid();
  await source.query('deallocate all');
  const pids = await Promise.all([pid(), pid()]);
  expect(pids).toHaveLength(2);
  expect(await source.query('select count(*)::int as names from pg_prepared_statements')).toEqual([
    { names: 0 },
  ]);
});
