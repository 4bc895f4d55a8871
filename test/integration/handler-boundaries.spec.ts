import { DataSource, type EntitySubscriberInterface, type QueryRunner } from 'typeorm';
import { LeaseLostError, type HandlerStorage, type Lease } from '../../src/projections/index.js';
import { TypeOrmHandlerStorage } from '../../src/typeorm/index.js';
import { claimNew } from '../contract/handler-storage.contract.js';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

/** A connection as `pg` has it. */
interface Client {
  query(statement: string | { text: string; name?: string }, ...others: unknown[]): Promise<unknown>;
  pipeline?: boolean;
}

let database: TestDatabase;
let source: DataSource;
let storage: HandlerStorage;
let lease: Lease;
/** What is sent, `<` where an answer comes. */
const events: string[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  // One connection, so that all that is prepared is on it.
  source = await new DataSource({ type: 'postgres', url: database.url, poolSize: 1 }).initialize();
  storage = new TypeOrmHandlerStorage(source);
  ({ lease } = await claimNew(storage));
  await source.query('create table note (id int primary key)');
  events.length = 0;
});

afterEach(async () => {
  await source.destroy();
  await assertNoConnectionsLeft(database);
  await database.drop();
});

const advance = (from: bigint, sql?: string): Promise<void> =>
  storage.transaction(
    async (tx) => {
      if (sql) await tx.join(() => source.manager.query(sql));
      await tx.advance(lease, { from, to: from + 1n, handled: 1 });
    },
    5000,
    undefined,
    lease,
  );

const position = async (): Promise<bigint | undefined> => (await storage.cluster()).units[0]?.position;

async function onConnection(work: (client: Client, runner: QueryRunner) => unknown): Promise<void> {
  const runner = source.createQueryRunner();
  await work((await runner.connect()) as Client, runner);
  await runner.release();
}

/** Notes in `events` what goes out on the connection, and when it is answered. */
async function listen(): Promise<void> {
  await onConnection((client) => {
    const query = client.query.bind(client);
    client.query = async (statement, ...others) => {
      const text = typeof statement === 'string' ? statement : statement.text;
      const word = /\b(?:start|commit|rollback|update|insert|select)\b/i.exec(text)![0].toLowerCase();
      events.push(word);
      try {
        return await query(statement, ...others);
      } finally {
        events.push('<');
      }
    };
  });
}

it('sends the first statement with the begin and the last one with the commit', async () => {
  await listen();
  await advance(0n, 'insert into note values (1)');
  const sent = ['start', 'select', '<', '<', 'insert', '<', 'update', 'commit', '<', '<'];
  expect(events).toEqual(sent);
  await advance(1n);
  expect(events.slice(sent.length)).toEqual(['start', 'select', '<', '<', 'update', 'commit', '<', '<']);
  expect(await position()).toBe(2n);
});

it('leaves the connection as it was', async () => {
  await advance(0n);
  await expect(advance(7n)).rejects.toThrow(LeaseLostError);
  await onConnection((client) => {
    expect(client.pipeline).toBe(false);
    expect(Object.hasOwn(client, 'query')).toBe(false);
  });
});

it('sends one after the other where pg can do nothing else', async () => {
  await onConnection((client) => {
    delete client.pipeline;
  });
  await listen();
  await advance(0n);
  expect(events).toEqual(['start', '<', 'select', '<', 'update', '<', 'commit', '<']);
  await expect(advance(7n)).rejects.toThrow(LeaseLostError);
  expect(events.slice(-4)).toEqual(['update', '<', 'rollback', '<']);
  expect(await position()).toBe(1n);
});

it('rolls back what was written when the checkpoint is elsewhere, though the commit is on its way', async () => {
  await listen();
  await expect(advance(3n, 'insert into note values (1)')).rejects.toThrow(LeaseLostError);
  expect(events.slice(-4)).toEqual(['update', 'commit', '<', '<']);
  expect(await source.query('select * from note')).toEqual([]);
  expect(await position()).toBe(0n);
  await advance(0n, 'insert into note values (1)');
  expect(await source.query('select * from note')).toEqual([{ id: 1 }]);
});

it('says what the database says when it refuses the commit itself', async () => {
  await source.query('create table deferred (id int references note (id) deferrable initially deferred)');
  await expect(advance(0n, 'insert into deferred values (1)')).rejects.toThrow(/foreign key/);
  expect(await position()).toBe(0n);
  await advance(0n);
});

it('tells subscribers of a commit only where there is one', async () => {
  const told: string[] = [];
  const subscriber: EntitySubscriberInterface = {
    afterTransactionCommit: () => void told.push('commit'),
    afterTransactionRollback: () => void told.push('rollback'),
  };
  source.subscribers.push(subscriber);
  await advance(0n);
  await expect(advance(7n)).rejects.toThrow(LeaseLostError);
  expect(told).toEqual(['commit', 'rollback']);
});

it('shows all statements to subscribers, in their order, however long these take', async () => {
  let slow = 20;
  const seen: string[] = [];
  source.subscribers.push({
    beforeQuery: async ({ query }) => {
      await new Promise((resolve) => setTimeout(resolve, (slow -= 5)));
      seen.push(/\b(?:start|commit|update|select)\b/i.exec(query)![0].toLowerCase());
    },
  } satisfies EntitySubscriberInterface);
  await advance(0n);
  expect(seen).toEqual(['start', 'select', 'update', 'commit']);
});

it('begins again without names where a pooler has given it a connection that does not know them', async () => {
  await advance(0n);
  await source.query('deallocate all');
  await advance(1n);
  expect(await position()).toBe(2n);
});

it('fails whole where that shows at the end, and works from then on', async () => {
  await advance(0n);
  await expect(advance(1n, 'deallocate all')).rejects.toThrow(/prepared statement .* does not exist/);
  expect(await position()).toBe(1n);
  await advance(1n, 'deallocate all');
  expect(await position()).toBe(2n);
});
