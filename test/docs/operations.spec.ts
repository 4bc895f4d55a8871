import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';
import { readPages } from './markdown-pages.js';

describe('docs/operations.md', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client(database.url);
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  async function sqlWith(word: string): Promise<string> {
    const { blocks } = (await readPages()).find(({ path }) => path === 'docs/operations.md')!;
    return blocks.find(({ language, text }) => language === 'sql' && text.includes(word))!.text;
  }

  it('finds who keeps a transaction open that has appended', async () => {
    const holders = await sqlWith('pg_locks');
    expect((await client.query(holders)).rows).toEqual([]);
    await client.query(`set application_name = 'forgetful'`);
    await client.query('begin');
    await client.query(
      `insert into event_journal (event_id, event_type, aggregate_id, aggregate_type, aggregate_version, event_data,
         metadata)
       values (gen_random_uuid(), 'todo_created', 'todo-1', 'todo', 1, '{}', '{}')`,
    );
    expect((await client.query(holders)).rows).toEqual([
      expect.objectContaining({ application_name: 'forgetful' }),
    ]);
    await client.query('rollback');
  });

  it('forgets a handler, and no other', async () => {
    for (const handler of ['old-list', 'new-list']) {
      await client.query(
        `insert into projection_checkpoint (handler, course, partition, partitions, version, paused, position, handled,
           fence, kind)
         values ($1, 'live', 0, 1, 1, false, 0, 0, 1, 'projection')`,
        [handler],
      );
      await client.query(
        `insert into projection_parked_event (handler, course, aggregate_type, aggregate_id, partition,
           aggregate_version, position, revision, since, next_try, attempts, event_id, event_type, status)
         values ($1, 'live', 'todo', 'todo-1', 0, 1, 1, 1, now(), now(), 8, gen_random_uuid(), 'todo_created', 'parked')`,
        [handler],
      );
      await client.query(
        `insert into projection_skipped_event (handler, event_id, position, skipped_at, aggregate_type, aggregate_id,
           reason)
         values ($1, gen_random_uuid(), 1, now(), 'todo', 'todo-1', 'no reason')`,
        [handler],
      );
    }
    await client.query(await sqlWith('delete'));
    for (const table of ['checkpoint', 'parked_event', 'skipped_event']) {
      const { rows } = await client.query(`select handler from projection_${table}`);
      expect(rows).toEqual([{ handler: 'new-list' }]);
    }
  });

  it('shows what room snapshots take up, and deletes all but the newest of each aggregate', async () => {
    const snapshots = [
      ['todo', 'todo-1', 100, 'before'],
      ['todo', 'todo-1', 200, 'after'],
      ['todo', 'todo-1', 300, 'after'],
      ['todo', 'todo-2', 100, 'after'],
      ['account', 'todo-1', 100, 'its own'],
    ];
    for (const snapshot of snapshots) {
      await client.query(
        `insert into event_snapshot (aggregate_type, aggregate_id, aggregate_version, shape, snapshot_version, event_id,
           until_date, checksum, state)
         values ($1, $2, $3, $4, 1, gen_random_uuid(), now(), '', repeat($1, $3))`,
        snapshot,
      );
    }
    const size = (await client.query(await sqlWith('pg_column_size'))).rows;
    expect(size).toMatchObject([
      { aggregate_type: 'todo', shape: 'after', snapshots: '3', aggregates: '2' },
      { aggregate_type: 'account', shape: 'its own', snapshots: '1', aggregates: '1' },
      { aggregate_type: 'todo', shape: 'before', snapshots: '1', aggregates: '1' },
    ]);
    expect((await client.query(await sqlWith('as older'))).rowCount).toBe(2);
    const { rows } = await client.query(
      `select aggregate_type, aggregate_id, aggregate_version from event_snapshot order by 1, 2`,
    );
    expect(rows.map(Object.values)).toEqual([
      ['account', 'todo-1', 100],
      ['todo', 'todo-1', 300],
      ['todo', 'todo-2', 100],
    ]);
  });

  it('grants what it says on tables that are there', async () => {
    const grant = await sqlWith('grant');
    await client.query(grant.replace('to app', 'to current_user'));
  });

  it('has a row for every column of the tables', async () => {
    const { text } = (await readPages()).find(({ path }) => path === 'docs/operations.md')!;
    const { rows } = await client.query<{ name: string }>(
      `select distinct column_name as name from information_schema.columns
       where table_name like 'projection\\_%' or table_name = 'event_snapshot'`,
    );
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter(({ name }) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
