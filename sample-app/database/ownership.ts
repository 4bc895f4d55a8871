import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { processIdentity } from './process-identity.js';

/** The right of one Node process to run, stop and create the server of a directory. */
export interface Ownership {
  /** Gives the directory back; a process that dies without calling it loses the directory too. */
  release(): Promise<void>;
}

interface Owner {
  pid: number;
  identity: string;
}

/**
 * Makes this process the owner of a directory.
 *
 * The owner is named by the file `owner.<n>` with the highest n. Whoever follows a dead owner n must create
 * n + 1, which a file system lets only one process do, so two that start at once cannot both succeed. The
 * file is never taken away, only emptied: counting must not start again under a slow competitor.
 *
 * @throws Error when a living process, this one included, owns the directory.
 */
export async function takeOwnership(directory: string): Promise<Ownership> {
  const identity = processIdentity(process.pid);
  for (;;) {
    const latest = await latestOwner(directory);
    if (latest.owner && processIdentity(latest.owner.pid) === latest.owner.identity) {
      throw new Error(
        `The embedded PostgreSQL in ${directory} is already run by process ${latest.owner.pid}` +
          `${latest.owner.pid === process.pid ? ' (this one)' : ''}. ` +
          'Stop that process first, use another directory, or set DATABASE_URL to a server you can share.',
      );
    }
    const turn = latest.turn + 1;
    const file = path.join(directory, `owner.${turn}`);
    if (!(await createWhole(file, JSON.stringify({ pid: process.pid, identity })))) continue;
    if ((await latestOwner(directory)).turn > turn) {
      await rm(file, { force: true }); // somebody was two turns faster
      continue;
    }
    await removeOlder(directory, turn);
    return { release: () => replaceWhole(file, '') };
  }
}

async function latestOwner(directory: string): Promise<{ turn: number; owner?: Owner }> {
  for (;;) {
    const turn = Math.max(0, ...(await turns(directory)));
    if (turn === 0) return { turn };
    try {
      const text = await readFile(path.join(directory, `owner.${turn}`), 'utf8');
      return { turn, owner: text === '' ? undefined : (JSON.parse(text) as Owner) };
    } catch (error) {
      // Replaced by a later turn while we looked: look again.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

async function turns(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  return names.flatMap((name) => (/^owner\.\d+$/.test(name) ? [Number(name.slice('owner.'.length))] : []));
}

async function removeOlder(directory: string, turn: number): Promise<void> {
  for (const older of await turns(directory)) {
    if (older < turn) await rm(path.join(directory, `owner.${older}`), { force: true });
  }
}

/** Creates a file that is complete from its first moment; `false` when there is one already. */
async function createWhole(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function replaceWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text);
  await rename(draft, file);
}
