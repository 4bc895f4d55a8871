import path from 'node:path';
import { Client } from 'pg';
import { CHECKOUT } from '../checkout.js';
import { startEmbeddedPostgres } from '../database/embedded-postgres.js';
import { describeFailure, StartUpError } from './start-up-failure.js';

/**
 * The URL of a database that can be reached: the given one, or that of an embedded PostgreSQL, which stops by itself
 * when this process ends.
 *
 * @throws StartUpError
 */
export async function openDatabase(url: string | undefined): Promise<string> {
  if (url === undefined) {
    return (await startEmbeddedPostgres({ directory: path.join(CHECKOUT, '.data', 'postgres') })).url;
  }
  if (!/^postgres(?:ql)?:\/\//.test(url)) {
    throw new StartUpError(
      'DATABASE_URL does not begin with postgres://. Set it to something such as ' +
        'postgres://user:password@localhost:5432/name, or to nothing to use the embedded PostgreSQL.',
    );
  }
  try {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    client.on('error', () => undefined); // a lost connection also rejects what is awaited
    await client.connect();
    await client.end();
  } catch (error) {
    throw new StartUpError(
      `The database of DATABASE_URL cannot be reached: ${describeFailure(error)}. ` +
        'Start it, correct the URL, or set it to nothing to use the embedded PostgreSQL.',
      { cause: error },
    );
  }
  return url;
}
