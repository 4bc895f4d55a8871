import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { choosePostgresAccount } from '../../sample-app/database/postgres-account.js';

/** A PgBouncer that belongs to this process. */
export interface PgBouncer {
  /** Leads through it to the same database. */
  readonly url: string;
  /** As it calls itself, such as `PgBouncer 1.18.0`. */
  readonly version: string;
  stop(): Promise<void>;
}

/**
 * Puts PgBouncer in transaction mode in front of a server, for all of its databases.
 *
 * It is the program of the environment variable `PGBOUNCER`, or the one in the PATH. It forgets a connection to the server
 * that has not been used for a second, because specs look whether theirs have gone.
 *
 * @throws Error when there is none, or when it does not start.
 */
export async function startPgBouncer(server: string): Promise<PgBouncer> {
  const program = process.env.PGBOUNCER || 'pgbouncer';
  const version = await versionOf(program);
  const directory = await mkdtemp(path.join(tmpdir(), 'nestevents-pgbouncer-'));
  const logFile = path.join(directory, 'pgbouncer.log');
  const account = await choosePostgresAccount(directory); // it refuses to run as root, too
  const url = new URL(server);
  const target = new URL(server);
  url.port = String(await freePort());
  const [configuration, users] = ['pgbouncer.ini', 'users.txt'].map((file) => path.join(directory, file));
  await writeFile(configuration!, configure(target, { port: url.port, users: users!, logFile }));
  await writeFile(users!, `"${target.username}" "${target.password}"\n`);
  await chmod(directory, 0o700);
  if (account.uid !== undefined) {
    for (const file of [directory, configuration!, users!]) await chown(file, account.uid, account.gid!);
  }
  const bouncer = spawn(program, [configuration!], { ...account, stdio: 'ignore' });
  const ended = once(bouncer, 'exit');
  const kill = (): void => void bouncer.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    bouncer.kill('SIGTERM'); // at once: SIGINT would wait for clients
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  try {
    while (!(await answers(url.href))) {
      if (bouncer.exitCode !== null) throw new Error(await readFile(logFile, 'utf8').catch(() => 'no log'));
      await sleep(50);
    }
    return { url: url.href, version, stop };
  } catch (cause) {
    await stop();
    throw new Error(`PgBouncer (${program}) did not start; its log says why: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Whoever the server lets in is let in; users that are not in the file are looked up there. */
function configure(
  { hostname, port: serverPort, username }: URL,
  { port, users, logFile }: { port: string; users: string; logFile: string },
): string {
  return `
[databases]
* = host=${hostname} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
auth_user = ${username}
pool_mode = transaction
max_client_conn = 1000
default_pool_size = 40
server_idle_timeout = 1
ignore_startup_parameters = extra_float_digits
logfile = ${logFile}
`;
}

async function versionOf(program: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version']);
    return stdout.split('\n')[0]!;
  } catch (cause) {
    throw new Error(
      `PgBouncer could not be run as ${JSON.stringify(program)}: ${(cause as Error).message.trim()}. ` +
        'Install it (on Debian: apt-get install pgbouncer), or set PGBOUNCER to the program.',
      { cause },
    );
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client(url);
  client.on('error', () => undefined); // it also rejects the query
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
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
