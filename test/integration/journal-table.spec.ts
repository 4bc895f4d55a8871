import { randomUUID } from 'node:crypto';
import {
  ConcurrencyError,
  eventSourcingEntities,
  eventSourcingMigrations,
  runMigrationsExclusively,
} from 'nestevents';
import { DataSource, QueryFailedError, type DataSourceOptions } from 'typeorm';
import { TypeOrmJournal, TypeOrmSchemaArchive } from '../../src/typeorm/index.js';
import { writtenSchema } from '../contract/schema-archive.contract.js';
import { openPostgresStore } from '../fixtures/postgres-store.js';
import { Todo, TodoCreated } from '../fixtures/todo.js';
import { createEmptyDatabase, type TestDatabase } from '../postgres/test-database.js';

const databases: TestDatabase[] = [];
const sources: DataSource[] = [];

async function emptyDatabase(): Promise<TestDatabase> {
  const database = await createEmptyDatabase();
  databases.push(database);
  return database;
}

async function open(database: TestDatabase, options: Partial<DataSourceOptions> = {}): Promise<DataSource> {
  const source = new DataSource({ type: 'postgres', url: database.url, ...options } as DataSourceOptions);
  sources.push(source);
  return source.initialize();
}

afterEach(async () => {
  for (const source of sources.splice(0)) if (source.isInitialized) await source.destroy();
  for (const database of databases.splice(0)) await database.drop();
});

/** All that PostgreSQL knows of the structure of our tables. */
async function structure(source: DataSource): Promise<unknown> {
  return source.query(`
    select 'column' as kind, table_name || '.' || column_name as name, data_type ||
      coalesce('(' || datetime_precision || ')', '') || is_nullable || coalesce(column_default, '') as definition
    from information_schema.columns where table_name ~ '^(event|projection)' and table_schema = current_schema()
    union all select 'constraint', conname, pg_get_constraintdef(oid) from pg_constraint
      where conrelid::regclass::text ~ '^(event|projection)'
    union all select 'index', indexname, indexdef from pg_indexes where tablename ~ '^(event|projection)'
    union all select 'trigger', tgname, pg_get_triggerdef(oid) from pg_trigger
      where tgrelid in ('event_journal'::regclass, 'event_schema'::regclass)
    union all select 'function', proname, prosrc from pg_proc where pronamespace = current_schema()::regnamespace
    union all select 'sequence', sequencename, data_type::text || increment_by || cache_size from pg_sequences
      where sequencename like 'event%'
    order by 1, 2`);
}

/** What the first release made, when the journal was the only table. */
async function firstRelease(source: DataSource): Promise<void> {
  await source.runMigrations();
  await source.query(`
    create or replace function event_journal_refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception 'event_journal is append-only: % is refused', tg_op
        using errcode = 'restrict_violation',
              hint = 'Append an event that corrects the earlier one.';
    end $$`);
}

const migrations = eventSourcingMigrations;
const entities = eventSourcingEntities;

describe('the journal table', () => {
  it('is the same migrated as synchronized', async () => {
    const migrated = await open(await emptyDatabase(), { migrations, entities });
    await migrated.runMigrations();
    const synchronized = await open(await emptyDatabase(), { entities, synchronize: true });
    await new TypeOrmJournal(synchronized).prepare();
    expect(await structure(migrated)).toEqual(await structure(synchronized));
    for (const source of [migrated, synchronized]) {
      const { upQueries } = await source.driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query)).toEqual([]);
    }
  });

  it('can be migrated down and up again', async () => {
    const source = await open(await emptyDatabase(), { migrations, entities });
    await source.runMigrations();
    const before = await structure(source);
    for (let undone = 0; undone < migrations.length; undone += 1) await source.undoLastMigration();
    expect(await source.query(`select 1 from pg_proc where proname like 'event_journal%'`)).toEqual([]);
    await source.runMigrations();
    expect(await structure(source)).toEqual(before);
  });

  it('stays guarded when the table of schemas is migrated down, and the other way round', async () => {
    const source = await open(await emptyDatabase(), { migrations, entities });
    await source.runMigrations();
    for (let undone = 0; undone < migrations.length - 1; undone += 1) await source.undoLastMigration();
    expect(await source.query(`select to_regclass('event_schema') as schemas`)).toEqual([{ schemas: null }]);
    await expect(source.query('delete from event_journal')).rejects.toThrow(/event_journal is append-only/);
    await source.runMigrations();
    const runner = source.createQueryRunner();
    for (const Later of migrations.slice(2).toReversed()) await new Later().down(runner);
    await new migrations[0]!().down(runner);
    await runner.release();
    await expect(source.query('delete from event_schema')).rejects.toThrow(/event_schema is append-only/);
  });

  it('of the first release gets the table of schemas, and is the same as a new one', async () => {
    const database = await emptyDatabase();
    await firstRelease(await open(database, { migrations: migrations.slice(0, 1), entities }));
    const source = await open(database, { migrations, entities });
    await expect(new TypeOrmJournal(source).prepare()).rejects.toThrow(
      /The table "event_journal" has no column event_bytes, .* Run the shipped migrations/,
    );
    await source.runMigrations();
    await new TypeOrmJournal(source).prepare();
    for (const table of ['event_journal', 'event_schema']) {
      const refused = new RegExp(`${table} is append-only: DELETE is refused`);
      await expect(source.query(`delete from ${table}`)).rejects.toThrow(refused);
    }
    const fresh = await open(await emptyDatabase(), { migrations, entities });
    await fresh.runMigrations();
    expect(await structure(source)).toEqual(await structure(fresh));
  });

  it('of the first release is guarded with the table of schemas when both are synchronized', async () => {
    const database = await emptyDatabase();
    await firstRelease(await open(database, { migrations: migrations.slice(0, 1), entities }));
    const source = await open(database, { entities, synchronize: true });
    await new TypeOrmJournal(source).prepare();
    await expect(source.query('delete from event_schema')).rejects.toThrow(/event_schema is append-only/);
    await expect(source.query('delete from event_journal')).rejects.toThrow(/event_journal is append-only/);
  });

  it('can be migrated by many instances at once', async () => {
    const database = await emptyDatabase();
    const instances = await Promise.all(
      Array.from({ length: 8 }, () => open(database, { migrations, entities })),
    );
    await Promise.all(instances.map(runMigrationsExclusively));
    expect(await instances[0]!.query('select name from migrations')).toEqual([
      { name: 'CreateEventJournal1763740800000' },
      { name: 'CreateEventSchema1763827200000' },
      { name: 'CreateProjections1763913600000' },
      { name: 'AddEventBytes1764086400000' },
      { name: 'CreateEventSnapshot1764172800000' },
      { name: 'CreateAppendFunctions1764259200000' },
      { name: 'CreateEventImport1764345600000' },
      { name: 'CreateReadFunctions1764432000000' },
    ]);
  });

  it('can be migrated by many at once without a lock around it, where TypeORM has its own table', async () => {
    const database = await emptyDatabase();
    await (await open(database, { migrations: [] })).runMigrations();
    const instances = await Promise.all(
      Array.from({ length: 8 }, () => open(database, { migrations, entities })),
    );
    const first = await open(database, {
      migrations: [
        class First1600000000000 {
          async up(): Promise<void> {}
          async down(): Promise<void> {}
        },
      ],
    });
    await first.runMigrations();
    await Promise.all(instances.map((instance) => instance.runMigrations()));
    const { upQueries } = await instances[0]!.driver.createSchemaBuilder().log();
    expect(upQueries).toEqual([]);
  });

  it('can live in a schema of its own', async () => {
    const database = await emptyDatabase();
    await (await open(database)).query('create schema "Odd schema"');
    const source = await open(database, { schema: 'Odd schema', migrations, entities });
    await source.runMigrations();
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries).toEqual([]);
    const journal = new TypeOrmJournal(source);
    await journal.prepare();
    const { records } = await journal.append([
      {
        aggregateType: 'todo',
        aggregateId: '1',
        expectedVersion: 0,
        records: [
          {
            eventId: randomUUID(),
            eventType: 't',
            eventVersion: null,
            data: '{}',
            dataTypes: null,
            metadata: '{}',
          },
        ],
      },
    ]);
    expect(records[0]!.position).toBe(1n);
    for await (const page of journal.readAll({ after: 0n })) expect(page).toEqual(records);
    await expect(source.query('delete from "Odd schema".event_journal')).rejects.toThrow(/append-only/);
    const schema = writtenSchema();
    const archive = new TypeOrmSchemaArchive(source);
    expect(await archive.keep([schema])).toEqual([schema]);
    expect(await archive.find([schema.eventType])).toEqual([schema]);
    await expect(source.query('delete from "Odd schema".event_schema')).rejects.toThrow(/append-only/);
    for (let undone = 0; undone < migrations.length - 1; undone += 1) await source.undoLastMigration();
    await expect(source.query('delete from "Odd schema".event_journal')).rejects.toThrow(/append-only/);
  });

  it('refuses UPDATE and DELETE, migrated or synchronized', async () => {
    const synchronized = await open(await emptyDatabase(), { entities, synchronize: true });
    await new TypeOrmJournal(synchronized).prepare();
    const pg = await openPostgresStore();
    await pg.todos.save(Todo.create('1', 'a'));
    const schema = writtenSchema();
    const archive = new TypeOrmSchemaArchive(pg.dataSource);
    await archive.keep([schema]);
    for (const source of [synchronized, pg.dataSource]) {
      for (const change of [
        `update event_journal set event_data = '{}'`,
        'delete from event_journal',
        `delete from event_journal where position = 1`,
        `insert into event_journal (position, aggregate_version, event_id, event_type, aggregate_type, aggregate_id,
           event_data, metadata) values (1, 1, gen_random_uuid(), 't', 'a', '1', '{}', '{}')
         on conflict (position) do update set event_type = 'forged'`,
        `update event_schema set fingerprint = 'forged'`,
        'delete from event_schema',
        `insert into event_schema (event_type, event_version, aggregate_type, fingerprint, definition)
           values ('t', 1, 'a', 'f', '{}')
         on conflict (event_type, event_version) do update set definition = '{}'`,
      ]) {
        const [table] = /event_(journal|schema)/.exec(change)!;
        await expect(source.query(change)).rejects.toThrow(
          new RegExp(`^${table} is append-only: (UPDATE|DELETE) is refused`),
        );
      }
    }
    expect(await pg.todos.load('1')).toMatchObject({ label: 'a' });
    expect(await archive.find([schema.eventType])).toEqual([schema]);
    await pg.close();
  });

  it.each(['event_journal', 'event_schema'])(
    'is not guarded by a trigger of %s that somebody disabled: the start puts it right',
    async (table) => {
      const pg = await openPostgresStore();
      await pg.dataSource.query(`alter table ${table} disable trigger all`);
      await pg.dataSource.query(`drop trigger ${table}_append_only on ${table}`);
      await pg.journal.prepare();
      await expect(pg.dataSource.query(`delete from ${table}`)).rejects.toThrow(/append-only/);
      await pg.close();
    },
  );

  it('says so when it is not guarded and the application may not change that', async () => {
    const pg = await openPostgresStore();
    await pg.dataSource.query('drop trigger event_journal_append_only on event_journal');
    await pg.dataSource.query(`
      create role limited_${process.pid} login password 'limited';
      grant select, insert on event_journal to limited_${process.pid}`);
    const url = new URL(pg.database.url);
    url.username = `limited_${process.pid}`;
    url.password = 'limited';
    const limited = await open({ ...pg.database, url: url.href });
    await expect(new TypeOrmJournal(limited).prepare()).rejects.toThrow(
      /is not protected .* permission denied .*Run the shipped migrations as the owner/,
    );
    await limited.destroy();
    await pg.dataSource.query(`drop owned by limited_${process.pid}; drop role limited_${process.pid}`);
    await pg.close();
  });

  it.each([
    [
      'cache 20',
      /gives each connection positions to keep .* ALTER SEQUENCE event_journal_position_seq CACHE 1/,
    ],
    ['increment -1 minvalue -100', /counts down/],
  ])('is refused where its positions would not grow, by %s', async (change, message) => {
    const pg = await openPostgresStore();
    await pg.dataSource.query(`alter sequence event_journal_position_seq ${change}`);
    await expect(pg.journal.prepare()).rejects.toThrow(message);
    await pg.dataSource.query('alter sequence event_journal_position_seq cache 1 increment 1');
    await pg.journal.prepare();
    await pg.close();
  });

  it('says what to do when it is missing, or is another', async () => {
    const source = await open(await emptyDatabase(), { migrations, entities });
    const journal = new TypeOrmJournal(source);
    await expect(journal.prepare()).rejects.toThrow(
      /The table "event_journal" does not exist\. Run the shipped migrations/,
    );
    await source.query('create table event_journal (event_id text, event_type text)');
    await expect(journal.prepare()).rejects.toThrow(/has no column position, create_date/);
    await source.query('drop table event_journal');
    await source.runMigrations();
    await journal.prepare();
    await source.query('alter table event_schema drop column fingerprint, drop column definition cascade');
    await expect(journal.prepare()).rejects.toThrow(
      /The table "event_schema" has no column fingerprint, definition\. Run the shipped migrations/,
    );
  });

  it('draws positions only for what is stored', async () => {
    const pg = await openPostgresStore();
    const stream = { aggregate: Todo, id: '1' };
    await pg.store.append(stream, [new TodoCreated('a')]);
    for (let n = 0; n < 20; n += 1) {
      await expect(pg.store.append(stream, [new TodoCreated('x')], { expectedVersion: 0 })).rejects.toThrow(
        ConcurrencyError,
      );
    }
    const [next] = await pg.store.append(stream, [new TodoCreated('b')], { expectedVersion: 1 });
    expect(next!.position).toBe(2n);
    await pg.close();
  });

  it('finds a stream by its index, however large the journal is', async () => {
    const pg = await openPostgresStore();
    await pg.dataSource.query(`
      insert into event_journal (aggregate_version, event_id, event_type, aggregate_type, aggregate_id, event_data, metadata)
      select 1, gen_random_uuid(), 'todo_created', 'todo', n::text, '{"label":"x"}', '{}' from generate_series(1, 50000) n`);
    await pg.dataSource.query('analyze event_journal');
    const plan = await pg.dataSource.query<{ 'QUERY PLAN': string }[]>(
      `explain select * from event_journal where aggregate_type = 'todo' and aggregate_id = '77'
       and aggregate_version between 1 and 1000 order by aggregate_version limit 1000`,
    );
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(
      /Index Scan using event_journal_stream_key/,
    );
    await pg.close();
  });

  it('reports what the database says as it is, not as a conflict', async () => {
    const pg = await openPostgresStore();
    await pg.dataSource.query(
      `alter table event_journal add constraint no_x check (event_data->>'label' <> 'x')`,
    );
    const append = pg.store.append({ aggregate: Todo, id: '1' }, [new TodoCreated('x')]);
    await expect(append).rejects.toThrow(QueryFailedError);
    await expect(append).rejects.toMatchObject({ driverError: { code: '23514', constraint: 'no_x' } });
    await pg.close();
  });

  it('may hold events without metadata that somebody else has stored', async () => {
    const pg = await openPostgresStore();
    await pg.dataSource.query(
      `insert into event_journal (aggregate_version, event_id, event_type, aggregate_type, aggregate_id, event_data)
       values (1, gen_random_uuid(), 'todo_created', 'todo', '1', '{"label":"x"}')`,
    );
    for await (const { metadata } of pg.store.read({ aggregate: Todo, id: '1' }))
      expect(metadata).toEqual({});
    for await (const { metadata } of pg.store.readAll()) expect(metadata).toEqual({});
    expect.assertions(2);
    await pg.close();
  });

  it('asks the database once for an append, and once for a load', async () => {
    const pg = await openPostgresStore();
    const queries: string[] = [];
    pg.dataSource.setOptions({ logging: true, logger: 'simple-console' });
    Object.assign(pg.dataSource.logger, { logQuery: (query: string) => queries.push(query) });
    const todo = Todo.create('1', 'a');
    todo.changeLabel('b');
    await pg.todos.save(todo);
    expect(queries).toHaveLength(1);
    await pg.todos.load('1');
    expect(queries).toHaveLength(2);
    await pg.close();
  });
});
