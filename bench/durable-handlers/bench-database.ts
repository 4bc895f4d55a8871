import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { startEmbeddedPostgres } from '../../sample-app/database/embedded-postgres.js';
import { eventSourcingEntities, eventSourcingMigrations } from '../../src/typeorm/index.js';

const AGGREGATES = 1_000;

/** A server of the benchmark's own, as durable as PostgreSQL is by default. */
export interface BenchServer {
  /** Makes a database with the library's tables and the read model's. @returns its URL */
  readonly createDatabase: (name: string) => Promise<string>;
  /** Plain `pg`, to what has been made. */
  readonly connect: (url: string) => Pool;
}

/** Runs something on a server of its own, which is removed afterwards. */
export async function withServer(work: (server: BenchServer) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'nestevents-bench-'));
  const pools: Pool[] = [];
  const connect = (url: string): Pool => {
    const pool = new Pool({ connectionString: url, max: 2 });
    pool.on('error', () => undefined); // the server may stop before the goodbye of a connection
    pools.push(pool);
    return pool;
  };
  const server = await startEmbeddedPostgres({ directory });
  const createDatabase = async (name: string): Promise<string> => {
    await connect(server.url).query(`create database ${name}`);
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    await migrate(url.href);
    return url.href;
  };
  try {
    await work({ createDatabase, connect });
  } finally {
    for (const pool of pools) await pool.end();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Fills a journal up to so many events: readings of a thousand meters in turns, as the store writes them. */
export async function fillJournal(database: Pool, events: number, from = 0): Promise<void> {
  await database.query(
    `insert into event_journal (aggregate_type, aggregate_id, aggregate_version, event_id, event_type, event_data, metadata)
     select 'meter', 'meter-' || (n % $2), n / $2 + 1, gen_random_uuid(), 'meter_read',
       jsonb_build_object('reading', n, 'place', 'Nordstraße 5'),
       jsonb_build_object('correlationId', gen_random_uuid(), 'causationId', gen_random_uuid())
     from generate_series($3::int, $1::int - 1) as n`,
    [events, AGGREGATES, from],
  );
  await database.query('vacuum analyze event_journal');
}

async function migrate(url: string): Promise<void> {
  const dataSource = await new DataSource({
    type: 'postgres',
    url,
    entities: eventSourcingEntities,
    migrations: eventSourcingMigrations,
    migrationsRun: true,
  }).initialize();
  await dataSource.query('create table meter_row (id text primary key, reading int not null)');
  await dataSource.destroy();
}
