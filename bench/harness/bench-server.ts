import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Pool, types, type CustomTypesConfig } from 'pg';
import { startEmbeddedPostgres } from '../../sample-app/database/embedded-postgres.js';

/** As many connections as every system may open. */
export const POOL_SIZE = 16;

/** A PostgreSQL for the length of a run. */
export interface BenchServer {
  /** Makes an empty database. @returns its URL */
  createDatabase(): Promise<string>;
  dropDatabase(url: string): Promise<void>;
  /** Drops what is left and stops. */
  stop(): Promise<void>;
}

/** The server of `DATABASE_URL`, else an embedded one that is as durable as PostgreSQL is by default. */
export async function startServer(settings: Record<string, string> = {}): Promise<BenchServer> {
  const { DATABASE_URL } = process.env;
  if (DATABASE_URL) return serve(DATABASE_URL, async () => {});
  const directory = await mkdtemp(path.join(tmpdir(), 'nestevents-bench-'));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true, maxRetries: 5 });
  try {
    const server = await startEmbeddedPostgres({
      directory,
      settings: { max_connections: '300', ...settings },
    });
    return serve(server.url, async () => {
      await server.stop();
      await remove();
    });
  } catch (error) {
    await remove();
    throw error;
  }
}

function serve(url: string, end: () => Promise<void>): BenchServer {
  const databases = new Set<string>();
  const dropDatabase = async (database: string): Promise<void> => {
    const name = new URL(database).pathname.slice(1);
    await query(url, `drop database if exists ${name} with (force)`);
    databases.delete(database);
  };
  return {
    createDatabase: async () => {
      const name = `nestevents_bench_${randomBytes(6).toString('hex')}`;
      await query(url, `create database ${name} template template0`);
      const database = new URL(url);
      database.pathname = `/${name}`;
      databases.add(database.href);
      return database.href;
    },
    dropDatabase,
    stop: async () => {
      for (const database of databases) await dropDatabase(database);
      await end();
    },
  };
}

const parsers = new Map(Object.values(types.builtins).map((id) => [id, types.getTypeParser(id)]));
/** How values are read unless somebody changes it: a library that is compared here does so for all of the process. */
export const usualTypes = {
  getTypeParser: (id: number, format?: string) =>
    (format === 'binary' ? undefined : parsers.get(id)) ?? types.getTypeParser(id, format as 'text'),
} as CustomTypesConfig;

/** The pool of a system. A lost connection fails what runs on it, and nothing else. */
export function openPool(url: string, reading?: CustomTypesConfig): Pool {
  const pool = new Pool({ connectionString: url, max: POOL_SIZE, ...(reading && { types: reading }) });
  const ignore = (): void => {};
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
  return pool;
}

/** Runs a statement on a connection of its own. */
export async function query<Row extends object>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client(url);
  client.on('error', () => undefined); // a lost connection also rejects the query
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
