import { QueryFailedError, type DataSource } from 'typeorm';
import type { Sql } from './sql.js';

/** A connection of the driver's own, as far as listening needs it. */
export interface SignalClient {
  connect(): Promise<unknown>;
  query(sql: string, parameters?: unknown[]): Promise<{ rows: unknown[] }>;
  end(): Promise<void>;
  on(
    event: 'notification',
    listener: (message: { channel: string; payload?: string | undefined }) => void,
  ): unknown;
  on(event: 'error' | 'end', listener: (error?: Error) => void): unknown;
  readonly connection?: { readonly stream?: { destroy(): unknown } };
}

interface Pool {
  readonly Client: new (options: object) => SignalClient;
  readonly options: object & { readonly password?: unknown };
}

/** Makes a connection as the data source's pool makes its own (the primary's, where there are replicas), not in the pool. */
export function signalClient(dataSource: DataSource): SignalClient {
  const { master: pool } = dataSource.driver as unknown as { master: Pool };
  const { options } = pool;
  // The pool hides the password from enumeration.
  return new pool.Client({ ...options, password: options.password, keepAlive: true });
}

/** Breaks a connection at once, whatever it waits for: that then fails. */
export function destroy(client: SignalClient): void {
  const stream = client.connection?.stream;
  if (stream) stream.destroy();
  else client.end().catch(() => undefined);
}

/** Breaks a connection on which something takes longer than so many milliseconds. */
export async function within<T>(client: SignalClient, time: number, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => destroy(client), time);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

/** Runs SQL on a connection, with errors as TypeORM has them. */
export function sqlOn(client: SignalClient): Sql {
  return {
    async query<Rows>(text: string, parameters?: unknown[]): Promise<Rows> {
      try {
        return (await client.query(text, parameters)).rows as Rows;
      } catch (error) {
        throw new QueryFailedError(text, parameters, error as Error);
      }
    },
  };
}
