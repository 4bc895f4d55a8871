import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { destroy, signalClient, sqlOn, within } from './signal-client.js';
import type { Sql } from './sql.js';

/** How long the connection may take to be made and to do its work, in milliseconds. */
const DEADLINE = 15_000;
/** How long it is waited for its goodbye, in milliseconds. */
const GOODBYE = 500;

/** Runs work on a connection that is not in the data source's pool, made for it and closed after it. */
export async function onConnectionApart<T>(
  dataSource: DataSource,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  const client = signalClient(dataSource);
  // What breaks it makes its queries fail as well, which is enough.
  client.on('error', () => undefined);
  const connected = async (): Promise<T> => {
    await client.connect();
    return work(sqlOn(client));
  };
  try {
    return await within(client, DEADLINE, connected());
  } finally {
    await Promise.race([client.end(), sleep(GOODBYE, undefined, { ref: false })]).catch(() => undefined);
    destroy(client);
  }
}
