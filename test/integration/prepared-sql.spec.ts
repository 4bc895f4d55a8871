import { DataSource, QueryFailedError, type EntitySubscriberInterface, type Logger } from 'typeorm';
import { PreparedSql } from '../../src/typeorm/index.js';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

const STATEMENT = 'select $1::int + 1 as next';

let database: TestDatabase;
let source: DataSource;
let prepared: PreparedSql;
let logged: string[];

beforeEach(async () => {
  logged = [];
  database = await createTestDatabase();
  source = await new DataSource({
    type: 'postgres',
    url: database.directUrl,
    poolSize: 1,
    maxQueryExecutionTime: 50,
    logger: {
      logQuery: (query: string) => logged.push(query),
      logQueryError: (error: Error) => logged.push(`failed: ${error.message}`),
      logQuerySlow: (time: number, query: string) => logged.push(`slow: ${query}`),
      logSchemaBuild: () => undefined,
      logMigration: () => undefined,
      log: () => undefined,
    } satisfies Logger,
  }).initialize();
  prepared = new PreparedSql(source);
});

afterEach(async () => {
  await source.destroy();
  await assertNoConnectionsLeft(database);
  await database.drop();
});

const next = async (number: number): Promise<unknown> => prepared.query(STATEMENT, [number]);
const names = async (): Promise<string[]> =>
  (await source.query<{ name: string }[]>('select name from pg_prepared_statements')).map(({ name }) => name);

it('has a connection prepare each statement once, by a name that begins with ours', async () => {
  expect(await next(1)).toEqual([{ next: 2 }]);
  expect(await next(2)).toEqual([{ next: 3 }]);
  expect(await names()).toEqual([expect.stringMatching(/^nestevents_[0-9a-f]{32}$/)]);
});

it('fails as TypeORM does, and goes on', async () => {
  const failure = prepared.query('select 1 / $1::int', [0]);
  await expect(failure).rejects.toBeInstanceOf(QueryFailedError);
  await expect(failure).rejects.toMatchObject({
    query: 'select 1 / $1::int',
    parameters: [0],
    driverError: { code: '22012' },
  });
  expect(await next(1)).toEqual([{ next: 2 }]);
});

it('tells the logger what it sends, what is slow and what fails', async () => {
  logged = [];
  await next(1);
  await prepared.query('select pg_sleep(0.1)');
  await prepared.query('select 1 / $1::int', [0]).catch(() => undefined);
  expect(logged).toEqual([
    STATEMENT,
    'select pg_sleep(0.1)',
    'slow: select pg_sleep(0.1)',
    'select 1 / $1::int',
    'failed: division by zero',
  ]);
});

it('shows statements to subscribers that look at them', async () => {
  const seen: string[] = [];
  source.subscribers.push({
    afterQuery: ({ query }) => void seen.push(query),
  } satisfies EntitySubscriberInterface);
  expect(await next(1)).toEqual([{ next: 2 }]);
  expect(seen).toEqual([STATEMENT]);
});

describe('behind a pooler that gives a connection away', () => {
  it('sends again without a name what the connection has not prepared, and all else from then on', async () => {
    await next(1);
    await source.query('deallocate all');
    expect(await next(2)).toEqual([{ next: 3 }]);
    expect(await prepared.query('select 7 as other')).toEqual([{ other: 7 }]);
    expect(await names()).toEqual([]);
  });

  it('sends again without a name what the connection has prepared for somebody else', async () => {
    await next(1);
    const [name] = await names();
    await source.destroy();
    await source.initialize();
    await source.query(`prepare ${name} as ${STATEMENT}`);
    prepared = new PreparedSql(source);
    expect(await next(2)).toEqual([{ next: 3 }]);
    expect(await prepared.query('select 7 as other')).toEqual([{ other: 7 }]);
    expect(await names()).toEqual([name]);
  });
});

it('takes no part in a transaction of the pool, and leaves no connection out', async () => {
  await Promise.all([next(1), next(2), next(3), prepared.query('select 1 / 0').catch(() => undefined)]);
  const runner = source.createQueryRunner();
  await runner.connect();
  await runner.release();
  expect(await next(4)).toEqual([{ next: 5 }]);
});
