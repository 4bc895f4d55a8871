import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installTypeScriptLoader } from './typescript-loader.js';

const PREFIX = 'nestevents-test-';

/** Durability is off, as no test pulls the plug; what changes behaviour stays as it is in production. */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  shared_buffers: '128MB',
  max_prepared_transactions: '10',
};

/** @type {(() => Promise<void>) | undefined} */
let stop;

/**
 * Starts an embedded PostgreSQL with a port and a directory of its own, so runs do not disturb each other.
 * If this process is killed, the server stops by itself and a later run removes its directory.
 *
 * @returns {Promise<string>} its URL
 */
export async function startTestServer() {
  installTypeScriptLoader();
  const { startEmbeddedPostgres } = await import('../../sample-app/database/embedded-postgres.ts');
  await removeLeftovers();
  const directory = await mkdtemp(path.join(tmpdir(), PREFIX));
  const remove = () => rm(directory, { recursive: true, force: true, maxRetries: 5 });
  try {
    const server = await startEmbeddedPostgres({ directory, settings: SETTINGS });
    stop = async () => {
      await server.stop();
      await remove();
    };
    return server.url;
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Stops what `startTestServer` started, if anything. */
export async function stopTestServer() {
  await stop?.();
  stop = undefined;
}

/** Removes the directories of killed runs. Those of living runs are known by their owner, new ones by their age. */
async function removeLeftovers() {
  const { removeEmbeddedPostgres } = await import('../../sample-app/database/remove-embedded-postgres.ts');
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const directory = path.join(tmpdir(), name);
    const found = await stat(directory).catch(() => undefined);
    if (!found || Date.now() - found.mtimeMs < 60_000) continue;
    // In use, or another user's.
    await removeEmbeddedPostgres(directory).catch(() => undefined);
  }
}
