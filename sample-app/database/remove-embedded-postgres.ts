import { realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { DATA_FOLDER } from './data-directory.js';
import { stopOrphan } from './orphan.js';
import { takeOwnership } from './ownership.js';

/**
 * Removes the directory of an embedded PostgreSQL with all its data, after stopping a server left over in it.
 *
 * @throws Error when a living process runs it; then nothing is removed.
 */
export async function removeEmbeddedPostgres(directory: string): Promise<void> {
  const real = await realpath(directory);
  await takeOwnership(real);
  await stopOrphan(path.join(real, DATA_FOLDER));
  await rm(real, { recursive: true, force: true, maxRetries: 5 });
}
