import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The system user PostgreSQL runs as; empty when that is simply the user of this process. */
export interface PostgresAccount {
  uid?: number;
  gid?: number;
}

/**
 * Chooses the account for a server. PostgreSQL refuses to run as root, so root runs it as whoever owns the
 * existing data, else as the user `postgres`, who is created when missing. Everybody else runs it as themselves.
 *
 * @throws Error when root has no such user and no way to create one.
 */
export async function choosePostgresAccount(dataDirectory: string): Promise<PostgresAccount> {
  if (process.getuid?.() !== 0) return {};

  const existing = await stat(dataDirectory).catch(() => undefined);
  if (existing && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid };

  const known = await lookUp();
  if (known) return known;
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/bin/false',
      'postgres',
    ]);
  } catch (cause) {
    throw new Error(
      'PostgreSQL refuses to run as root, and the user "postgres" to run it as could not be created with useradd. ' +
        'Create that user, start this program as an ordinary user, or set DATABASE_URL to a server of your own.',
      { cause },
    );
  }
  const created = await lookUp();
  if (!created) throw new Error('The user "postgres" was created, but `id` does not know it.');
  return created;
}

async function lookUp(): Promise<PostgresAccount | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}
