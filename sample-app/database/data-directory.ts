import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { PostgresAccount } from './postgres-account.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { startFailure } from './start-failure.js';

/** PostgreSQL's own folder inside the directory of an embedded server. */
export const DATA_FOLDER = 'pgdata';

/**
 * Creates the directory of an embedded server when needed.
 *
 * @returns its real path, as PostgreSQL's account must be able to enter it.
 */
export async function openDirectory(directory: string): Promise<string> {
  const firstCreated = await mkdir(directory, { recursive: true }).catch((cause: Error) => {
    throw new Error(
      `The directory for the embedded PostgreSQL cannot be created: ${cause.message}. ` +
        'Choose one that you may write to, or set DATABASE_URL to a server of your own.',
      { cause },
    );
  });
  const real = await realpath(directory);
  if (process.getuid?.() !== 0) return real;

  // Root hands the data to another account, which must get through whatever the umask says.
  await makeEnterable(real);
  if (firstCreated) {
    const top = await realpath(firstCreated);
    for (let folder = real; folder !== top; folder = path.dirname(folder)) {
      await makeEnterable(path.dirname(folder));
    }
  }
  return real;
}

/**
 * Makes sure that there is an initialised data folder, and leaves an existing one alone.
 *
 * A folder is initialised under another name and renamed when complete: the name `pgdata` itself is the mark
 * of completeness, so what a killed initdb left can be told from data, and only that is ever removed.
 */
export async function initialiseData(
  directory: string,
  { binaries, account, durable }: { binaries: PostgresBinaries; account: PostgresAccount; durable: boolean },
): Promise<void> {
  await removeUnfinished(directory);
  const target = path.join(directory, DATA_FOLDER);
  const version = await readFile(path.join(target, 'PG_VERSION'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => error,
  );
  if (typeof version === 'string') return;
  if (await stat(target).catch(() => undefined)) {
    throw new Error(
      `${target} exists but is not a readable PostgreSQL data folder (${version.message}). ` +
        'It is left as it is: move it away, or use another directory.',
    );
  }

  const unfinished = path.join(directory, `${DATA_FOLDER}.unfinished.${process.pid}.${Date.now()}`);
  await mkdir(unfinished, { mode: 0o700 });
  if (account.uid !== undefined && account.gid !== undefined) {
    await chown(unfinished, account.uid, account.gid);
  }
  await runInitdb(unfinished, binaries, account, durable);
  await rename(unfinished, target);
  if (durable) await syncFolder(directory);
}

async function removeUnfinished(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(`${DATA_FOLDER}.unfinished.`)) continue;
    // An initdb whose starter was killed may still be writing there; then the rest goes at the next start.
    await rm(path.join(directory, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function runInitdb(
  folder: string,
  binaries: PostgresBinaries,
  account: PostgresAccount,
  durable: boolean,
): Promise<void> {
  const action = `Creating a PostgreSQL data folder in ${path.dirname(folder)}`;
  const paths = [binaries.initdb, path.join(folder, 'PG_VERSION')];
  // trust: whoever can reach the loopback address may connect. It holds sample and test data only.
  const options = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C'];
  const child = spawn(
    binaries.initdb,
    [`--pgdata=${folder}`, ...options, '--no-instructions', ...(durable ? [] : ['--no-sync'])],
    { ...account, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true },
  );
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  let code: unknown;
  try {
    [code] = (await once(child, 'close')) as unknown[];
  } catch (cause) {
    throw await startFailure({ action, log, account, paths, cause });
  }
  if (code !== 0) throw await startFailure({ action, log, account, paths });
}

async function makeEnterable(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & 0o011) !== 0o011) await chmod(folder, (mode & 0o7777) | 0o011);
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // cannot open folders
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
