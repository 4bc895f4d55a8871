import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What a running server says about itself in `postmaster.pid`; the server removes the file as its last act. */
export interface PostmasterFile {
  pid: number;
  ready: boolean;
}

/** Reads `postmaster.pid`, or gives `undefined` when there is none (or only the beginning of one). */
export async function readPostmasterFile(dataFolder: string): Promise<PostmasterFile | undefined> {
  return parse(await readFile(fileIn(dataFolder), 'utf8').catch(() => ''));
}

/** The same without waiting, for a process that is exiting. */
export function readPostmasterFileSync(dataFolder: string): PostmasterFile | undefined {
  try {
    return parse(readFileSync(fileIn(dataFolder), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Makes PostgreSQL see that a `postmaster.pid` is stale although its pid is alive again, as another program.
 *
 * The file is not removed, because it also holds the key of the old server's shared memory, by which PostgreSQL
 * finds left-over children. It gets our pid instead: the one living process a starting server does not take
 * for another server is its parent.
 */
export async function disownPostmasterFile(dataFolder: string): Promise<void> {
  const text = await readFile(fileIn(dataFolder), 'utf8');
  await writeFile(fileIn(dataFolder), text.replace(/^.*/, String(process.pid)));
}

function fileIn(dataFolder: string): string {
  return path.join(dataFolder, 'postmaster.pid');
}

function parse(text: string): PostmasterFile | undefined {
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, ready: lines[7]?.trim() === 'ready' };
}
