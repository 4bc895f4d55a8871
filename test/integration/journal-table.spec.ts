import { randomUUID } from 'node:crypto';
import {
  ConcurrencyError,
  eventSourcingEntities,
  eventSourcingMigrations,
  runMigrationsExclusively,
} from 'nestevents';
import { DataSource, QueryFailedError, type DataSourceOptions } from 'typeorm';
import { TypeOrmJournal } from '../../src/typeorm/index.js';
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

/** All that PostgreSQL knows of the journal's structure. */
async function structure(source: DataSource): Promise<unknown> {
  return source.query(`
    select 'column' as kind, column_name as name, data_type || coalesce('(' || datetime_precision || ')', '') ||
      is_nullable || coalesce(column_default, '') as definition
    from information_schema.columns where table_name = 'event_journal' and table_schema = current_schema()
    union all select 'constraint', conname, pg_get_constraintdef(oid) from pg_constraint
      where conrelid = 'event_journal'::regclass
    union all select 'index', indexname, indexdef from pg_indexes where tablename = 'event_journal'
    union all select 'trigger', tgname, pg_get_triggerdef(oid) from pg_trigger where tgrelid = 'event_journal'::regclass
    union all select 'sequence', sequencename, data_type::text || increment_by || cache_size from pg_sequences
      where sequencename like 'event_journal%'
    order by 1, 2`);
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
    await source.undoLastMigration();
    expect(await source.query(`select 1 from pg_proc where proname like 'event_journal%'`)).toEqual([]);
    await source.runMigrations();
    expect(await structure(source)).toEqual(before);
  });

  it('can be migrated by many instances at once', async () => {
    const database = await emptyDatabase();
    const instances = await Promise.all(
      Array.from({ length: 8 }, () => open(database, { migrations, entities })),
    );
    await Promise.all(instances.map(runMigrationsExclusively));
    expect(await instances[0]!.query('select name from migrations')).toEqual([
      { name: 'CreateEventJournal1763740800000' },
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
  });

  it('refuses UPDATE and DELETE, migrated or synchronized', async () => {
    const synchronized = await open(await emptyDatabase(), { entities, synchronize: true });
    await new TypeOrmJournal(synchronized).prepare();
    const pg = await openPostgresStore();
    await pg.todos.save(Todo.create('1', 'a'));
    for (const source of [synchronized, pg.dataSource]) {
      for (const change of [
        `update event_journal set event_data = '{}'`,
        'delete from event_journal',
        `delete from event_journal where position = 1`,
        `insert into event_journal (position, aggregate_version, event_id, event_type, aggregate_type, aggregate_id,
           event_data, metadata) values (1, 1, gen_random_uuid(), 't', 'a', '1', '{}', '{}')
         on conflict (position) do update set event_type = 'forged'`,
      ]) {
        await expect(source.query(change)).rejects.toThrow(
          /event_journal is append-only: (UPDATE|DELETE) is refused/,
        );
      }
    }
    expect(await pg.todos.load('1')).toMatchObject({ label: 'a' });
    await pg.close();
  });

  it('is not guarded by a trigger that somebody disabled: the start puts it right', async () => {
    const pg = await openPostgresStore();
    await pg.dataSource.query('alter table event_journal disable trigger all');
    await pg.dataSource.query('drop trigger event_journal_append_only on event_journal');
    await pg.journal.prepare();
    await expect(pg.dataSource.query('delete from event_journal')).rejects.toThrow(/append-only/);
    await pg.close();
  });

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

  it('says what to do when it is missing, or is another', async () => {
    const source = await open(await emptyDatabase(), { entities });
    const journal = new TypeOrmJournal(source);
    await expect(journal.prepare()).rejects.toThrow(
      /The table "event_journal" does not exist\. Run the shipped migrations/,
    );
    await source.query('create table event_journal (event_id text, event_type text)');
    await expect(journal.prepare()).rejects.toThrow(/has no column position, create_date/);
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
