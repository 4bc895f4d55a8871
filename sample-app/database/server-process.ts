import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { PostgresAccount } from './postgres-account.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { readPostmasterFile, readPostmasterFileSync } from './postmaster-file.js';
import { startFailure } from './start-failure.js';

/** How to run a server. */
export interface ServerOptions {
  binaries: PostgresBinaries;
  account: PostgresAccount;
  dataFolder: string;
  logFile: string;
  port: number;
  settings: Record<string, string>;
}

/** A server that accepts connections. */
export interface ServerProcess {
  stop(): Promise<void>;
}

/**
 * Runs PostgreSQL as a child of this process, until `stop` or until this process ends, in whatever way.
 *
 * The order at Ctrl-C matters: Nest's shutdown hooks still need the database. So the server is in a session of
 * its own, where the terminal's SIGINT does not reach it, and we handle no signal at all. After its hooks Nest
 * ends the process, by `process.exit` (seen by an `exit` listener) or by raising the signal again, which
 * no listener sees, nor does it see a `kill -9`. For those there is a lifeline: a tiny shell process that
 * waits for the end of a pipe we hold, and then asks the server to stop.
 *
 * @throws Error with the end of the server's log when it does not come up.
 */
export async function runServer(options: ServerOptions): Promise<ServerProcess> {
  const { binaries, account, dataFolder, logFile, port, settings } = options;
  await rm(logFile, { force: true }); // may belong to another user
  const log = openSync(logFile, 'w');
  const flags = Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...settings,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // The log goes to a file, not to a pipe: nobody has to read it, and it outlives us.
  const server = spawn(binaries.postgres, ['-D', dataFolder, '-p', String(port), ...flags], {
    ...account,
    detached: true,
    stdio: ['ignore', log, log],
    windowsHide: true,
  });
  closeSync(log);
  const action = `Starting PostgreSQL in ${path.dirname(dataFolder)}`;
  const failure = async (cause?: unknown): Promise<Error> =>
    startFailure({
      action,
      log: await readFile(logFile, 'utf8').catch(() => ''),
      account,
      paths: [binaries.postgres, path.join(dataFolder, 'PG_VERSION')],
      cause,
    });
  try {
    await once(server, 'spawn');
  } catch (cause) {
    throw await failure(cause);
  }
  server.unref();

  const lifeline = tieLifeline(server, account);
  const stopAtExit = (): void => stopNow(server, dataFolder);
  process.once('exit', stopAtExit);
  const stop = async (): Promise<void> => {
    await shutDown(server, options);
    lifeline?.kill('SIGKILL');
    process.off('exit', stopAtExit);
  };

  for (const deadline = Date.now() + 60_000; ; await sleep(10)) {
    const file = await readPostmasterFile(dataFolder);
    if (hasEnded(server)) break;
    if (file?.ready && file.pid === server.pid) return { stop };
    if (Date.now() > deadline) break;
  }
  await stop();
  throw await failure();
}

function tieLifeline(server: ChildProcess, account: PostgresAccount): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const lifeline = spawn('/bin/sh', ['-c', 'read -r line; kill -INT "$0"', String(server.pid)], {
    ...account,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  lifeline.on('error', () => undefined); // no shell: `exit` and the next start still clean up
  lifeline.stdin.on('error', () => undefined);
  lifeline.unref();
  (lifeline.stdin as typeof lifeline.stdin & { unref(): void }).unref();
  server.once('exit', () => lifeline.kill('SIGKILL')); // its pid may soon be another process
  return lifeline;
}

async function shutDown(server: ChildProcess, { binaries, dataFolder }: ServerOptions): Promise<void> {
  if (hasEnded(server)) return;
  server.ref();
  const ended = once(server, 'exit');
  if (process.platform === 'win32') {
    await promisify(execFile)(binaries.pgCtl, ['stop', '-D', dataFolder, '-m', 'fast', '-w']);
  } else {
    server.kill('SIGINT'); // fast shutdown: open connections are ended
    const impatience = setTimeout(() => server.kill('SIGQUIT'), 15_000);
    await ended.finally(() => clearTimeout(impatience));
  }
  await ended;
}

/** For an `exit` listener, which cannot wait for events: blocks until the server has removed its pid file. */
function stopNow(server: ChildProcess, dataFolder: string): void {
  if (hasEnded(server)) return;
  server.kill('SIGINT');
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (const deadline = Date.now() + 5000; Date.now() < deadline; Atomics.wait(clock, 0, 0, 10)) {
    if (readPostmasterFileSync(dataFolder)?.pid !== server.pid) return;
  }
}

function hasEnded(server: ChildProcess): boolean {
  return server.exitCode !== null || server.signalCode !== null;
}
