import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { eventSourcingEntities, eventSourcingMigrations } from 'nestevents';
import { createEmptyDatabase, type TestDatabase } from '../postgres/test-database.js';
import { readPages } from './markdown-pages.js';

/** The table as djangoevents' migrations leave it in PostgreSQL. */
const OLD_TABLE = `
  create table event_journal (
    id serial primary key,
    event_id varchar(255) not null,
    event_type varchar(255) not null,
    event_version integer,
    event_data text not null,
    aggregate_id varchar(255) not null,
    aggregate_type varchar(255) not null,
    aggregate_version integer not null,
    create_date timestamptz not null,
    metadata text not null,
    _module_name varchar(255) not null,
    _class_name varchar(255) not null,
    _stored_entity_id varchar(255) not null,
    unique (aggregate_id, aggregate_type, aggregate_version)
  )`;

describe('the way from djangoevents', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    client = new Client(database.url);
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('keeps every event, by the SQL of the page', async () => {
    const pages = await readPages();
    const page = pages.find(({ path }) => path === 'docs/migrating-from-djangoevents.md');
    const [move, copy] = page!.blocks.filter(({ language }) => language === 'sql').map(({ text }) => text);
    const ids = [randomUUID(), randomUUID().replaceAll('-', ''), randomUUID()];
    await client.query(OLD_TABLE);
    await insert([ids[0], 'todo_item_created', 1, '{"label":"ü"}', 'a', 'TodoItem', 0, '{"command_id":7}']);
    await insert([ids[1], 'todo_item_done', null, '{}', 'a', 'TodoItem', 1, 'null']);
    await insert([ids[2], 'user_created', 2, '{"name":"Ada"}', 'a', 'User', 0, 'null']);

    await client.query(move!);
    await migrate();
    await client.query(copy!);

    const { rows } = await client.query(`
      select event_id, event_type, event_version, event_data, event_data_types, aggregate_id, aggregate_type,
        aggregate_version, metadata, create_date::text as stored
      from event_journal order by position`);
    expect(rows).toEqual([
      {
        event_id: ids[0],
        event_type: 'todo_item_created',
        event_version: 1,
        event_data: { label: 'ü' },
        event_data_types: null,
        aggregate_id: 'a',
        aggregate_type: 'todo_item',
        aggregate_version: 1,
        metadata: { command_id: 7 },
        stored: expect.stringMatching(/^2017-07-06 07:13:00\.123\+/),
      },
      expect.objectContaining({ event_id: expect.stringMatching(/-/), aggregate_version: 2, metadata: {} }),
      expect.objectContaining({ aggregate_type: 'user', aggregate_version: 1, event_version: 2 }),
    ]);
  });

  async function insert(values: readonly unknown[]): Promise<void> {
    await client.query(
      `insert into event_journal (event_id, event_type, event_version, event_data, aggregate_id, aggregate_type,
         aggregate_version, metadata, create_date, _module_name, _class_name, _stored_entity_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, '2017-07-06T07:13:00.123456Z', 'm', 'c', 's')`,
      [...values],
    );
  }

  async function migrate(): Promise<void> {
    const dataSource = new DataSource({
      type: 'postgres',
      url: database.url,
      entities: eventSourcingEntities,
      migrations: eventSourcingMigrations,
      migrationsRun: true,
    });
    await dataSource.initialize();
    await dataSource.destroy();
  }
});
