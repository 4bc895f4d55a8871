import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { DATA_FOLDER, initialiseData, openDirectory } from './data-directory.js';
import { stopOrphan } from './orphan.js';
import { takeOwnership } from './ownership.js';
import { choosePostgresAccount } from './postgres-account.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { runServer, type ServerOptions, type ServerProcess } from './server-process.js';

/** Where and how to run an embedded PostgreSQL. */
export interface EmbeddedPostgresOptions {
  /** Holds data, log and owner; is created when missing and used again at the next start. Nothing else may be in it. */
  directory: string;
  /** @default a free one */
  port?: number;
  /** Created when missing. @default 'nestevents' */
  database?: string;
  /** Server settings, such as `{ max_connections: '300' }`. @default PostgreSQL's own */
  settings?: Record<string, string>;
}

/** A running PostgreSQL that belongs to this process. */
export interface EmbeddedDatabase {
  url: string;
  /** Ends all connections and stops the server; may be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL of our own, without Docker and without anything to install.
 *
 * It listens on 127.0.0.1 only, lets everybody there in, and stops with this process, however that ends.
 * What an earlier process left behind when it was killed, even in the middle of the first start, is cleared up.
 *
 * @throws Error when a living process already runs this directory, or when PostgreSQL does not start; the
 * message says what to do and holds the end of PostgreSQL's log.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedDatabase> {
  const { database = 'nestevents', settings = {} } = options;
  const binaries = await findPostgresBinaries();
  const directory = await openDirectory(path.resolve(options.directory));
  const ownership = await takeOwnership(directory);
  try {
    const dataFolder = path.join(directory, DATA_FOLDER);
    await stopOrphan(dataFolder);
    const account = await choosePostgresAccount(dataFolder);
    await initialiseData(directory, { binaries, account, durable: settings.fsync !== 'off' });

    const logFile = path.join(directory, 'postgres.log');
    const { server, port } = await runOnPort(options.port, {
      binaries,
      account,
      dataFolder,
      logFile,
      settings,
    });
    const url = (name: string): string =>
      `postgres://postgres:postgres@127.0.0.1:${port}/${encodeURIComponent(name)}`;
    try {
      await createDatabase(url('postgres'), database);
    } catch (error) {
      await server.stop();
      throw error;
    }
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> => (stopped ??= server.stop().then(() => ownership.release()));
    return { url: url(database), stop };
  } catch (error) {
    await ownership.release();
    throw error;
  }
}

async function runOnPort(
  fixedPort: number | undefined,
  options: Omit<ServerOptions, 'port'>,
): Promise<{ server: ServerProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = fixedPort ?? (await freePort());
    try {
      return { server: await runServer({ ...options, port }), port };
    } catch (error) {
      const { message } = error as Error;
      // Between asking for a free port and using it, somebody else may take it.
      const portLost = fixedPort === undefined && /could not create any TCP\/IP sockets/.test(message);
      // Children of a killed server need a moment to notice.
      const childrenLeft = /pre-existing shared memory block/.test(message);
      if (attempt === 10 || !(portLost || childrenLeft)) throw error;
      if (childrenLeft) await sleep(500);
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function createDatabase(adminUrl: string, name: string): Promise<void> {
  // ssl: PGSSLMODE may be set for some other server
  const client = new Client({ connectionString: adminUrl, ssl: false });
  client.on('error', () => undefined); // a lost connection also rejects the query
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
