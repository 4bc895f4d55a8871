import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createCuttableProxy, killBackends } from './faults.js';
import { assertNoConnectionsLeft } from './leaks.js';
import { createEmptyDatabase, type TestDatabase } from './test-database.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createEmptyDatabase();
});
afterAll(() => database.drop());

async function connected(url: string, name?: string): Promise<{ client: Client; lost: Promise<Error> }> {
  const client = new Client({ connectionString: url, application_name: name });
  const lost = new Promise<Error>((resolve) => client.on('error', resolve));
  await client.connect();
  return { client, lost };
}

describe('killBackends', () => {
  it('ends the connections of that database only', async () => {
    const other = await createEmptyDatabase();
    const bystander = await connected(other.url);
    const victims = [await connected(database.url), await connected(database.url)];
    expect(await killBackends(database)).toBe(2);
    for (const { lost } of victims) expect((await lost).message).toMatch(/terminat/);
    await bystander.client.query('SELECT 1');
    await bystander.client.end();
    await other.drop();
  });

  it('chooses by a condition, and ends a running query', async () => {
    const spared = await connected(database.url, 'spared');
    const victim = await connected(database.url, 'victim');
    const running = victim.client.query('SELECT pg_sleep(60)').catch((error: Error) => error);
    await sleep(100);
    expect(await killBackends(database, `query LIKE '%pg_sleep%'`)).toBe(1);
    expect(await running).toBeInstanceOf(Error);
    await spared.client.query('SELECT 1');
    await spared.client.end();
  });
});

describe('a cuttable proxy', () => {
  it('passes everything on until it is cut, and again afterwards', async () => {
    const proxy = await createCuttableProxy(database.url);
    const first = await connected(proxy.url);
    const big = 'x'.repeat(1_000_000);
    expect((await first.client.query<{ big: string }>('SELECT $1::text AS big', [big])).rows[0]?.big).toBe(
      big,
    );

    const running = first.client.query('SELECT pg_sleep(60)').catch((error: Error) => error);
    await sleep(50);
    expect(proxy.cutAll()).toBe(1);
    expect((await running) as Error).toHaveProperty('code', 'ECONNRESET');
    await first.lost;

    const second = await connected(proxy.url);
    await second.client.query('SELECT 1');
    await second.client.end();
    expect(proxy.cutAll()).toBe(0);
    await killBackends(database); // the server notices a lost client only when its query ends
    await proxy.close();
  });

  it('lets nobody through once closed', async () => {
    const proxy = await createCuttableProxy(database.url);
    const open = await connected(proxy.url);
    await proxy.close();
    await open.lost;
    await expect(connected(proxy.url)).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('assertNoConnectionsLeft', () => {
  it('waits for connections that are just closing', async () => {
    const { client } = await connected(database.url);
    const closing = sleep(200).then(() => client.end());
    await assertNoConnectionsLeft(database);
    await closing;
  });

  it('names what was left open', async () => {
    const { client } = await connected(database.url, 'forgotten');
    await client.query('BEGIN');
    await client.query('SELECT 42 AS answer');
    await expect(assertNoConnectionsLeft(database)).rejects.toThrow(
      /^1 connection\(s\) to nestevents_test_\w+ were left open:\n {2}forgotten, idle in transaction since .*: SELECT 42 AS answer$/,
    );
    await client.end();
    await assertNoConnectionsLeft(database);
  });
});
