import type { DataSource } from 'typeorm';
import { destroy, signalClient, sqlOn, within, type SignalClient } from '../signal-client.js';
import type { Sql } from '../sql.js';
import { Turns } from './turns.js';

/** How long a connection may take to be made, or to answer, in milliseconds. */
const DEADLINE = 5_000;

/**
 * A connection beside the pool for what must not wait for it, such as heartbeats while handlers have all of the pool.
 *
 * It is made when it is first used, and made anew when it broke. While none can be made, the pool has to do.
 */
export class ReservedConnection implements Sql {
  readonly #dataSource: DataSource;
  readonly #turns = new Turns();
  #client: SignalClient | undefined;
  #closed = false;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** @throws QueryFailedError */
  async query<Rows>(sql: string, parameters?: unknown[]): Promise<Rows> {
    return this.#turns.take(async () => {
      const client = this.#client ?? (await this.#connect());
      if (!client) return this.#dataSource.query<Rows>(sql, parameters);
      return within(client, DEADLINE, sqlOn(client).query<Rows>(sql, parameters));
    });
  }

  /** Ends the connection after what was asked of it before; what comes later goes to the pool. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#turns.take(async () => {
      const client = this.#client;
      if (!client) return;
      await within(client, DEADLINE, client.end()).catch(() => undefined);
    });
  }

  async #connect(): Promise<SignalClient | undefined> {
    if (this.#closed) return undefined;
    const client = signalClient(this.#dataSource);
    const forget = (): void => {
      if (this.#client === client) this.#client = undefined;
    };
    // What breaks it makes its queries fail as well, which is enough.
    client.on('error', forget);
    client.on('end', forget);
    try {
      await within(client, DEADLINE, client.connect());
      this.#client = client;
      return client;
    } catch {
      destroy(client);
      return undefined;
    }
  }
}
