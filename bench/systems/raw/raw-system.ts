import type { Pool, PoolClient } from 'pg';
import { openPool, query, usualTypes } from '../../harness/bench-server.js';
import type { Reading } from '../../harness/reading.js';
import type { OpenSystem, System, Total } from '../../harness/system.js';
import { foldRows } from './raw-fold.js';
import { insertRows, TABLE, isTaken, type RawRow } from './raw-table.js';

const PAGE = 1_000;

/** What one would write by hand with `pg`, and nothing more: the measure of all others. */
export const raw: System = {
  name: 'raw',
  packages: [],
  open: async (url) => {
    await query(url, TABLE);
    return new OpenRaw(url);
  },
};

/** See {@link raw}. */
export class OpenRaw implements OpenSystem {
  readonly pool: Pool;

  constructor(readonly url: string) {
    this.pool = openPool(url, usualTypes);
  }

  async append(stream: string, version: number, readings: readonly Reading[]): Promise<void> {
    await this.connected((client) => insertRows(client, stream, version, readings));
  }

  async load(stream: string): Promise<Total> {
    return this.connected((client) => loadRows(client, stream));
  }

  async update(stream: string, reading: Reading): Promise<void> {
    for (;;) {
      const { readings } = await this.load(stream);
      try {
        return await this.append(stream, readings, [reading]);
      } catch (error) {
        if (!isTaken(error)) throw error;
      }
    }
  }

  async readAll(events: number, until: number): Promise<number> {
    let count = 0;
    for (let position = '0'; count < events && performance.now() < until;) {
      const rows = await this.connected((client) => readPage(client, position));
      if (rows.length === 0) break;
      position = rows.at(-1)!.position;
      count += foldRows(rows).readings;
    }
    return count;
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  /** `pool.query` would close the connection after every conflict, which no careful program does. */
  async connected<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      return await work(client);
    } finally {
      client.release();
    }
  }
}

const COLUMNS = 'position, event_id, stream, version, type, data, metadata, created';

async function loadRows(client: PoolClient, stream: string): Promise<Total> {
  const { rows } = await client.query<RawRow>({
    name: 'load',
    text: `select ${COLUMNS} from events where stream = $1 order by version`,
    values: [stream],
  });
  return foldRows(rows);
}

/** The events after a position, in order: a page of them. */
export async function readPage(client: PoolClient, after: string, limit = PAGE): Promise<RawRow[]> {
  const { rows } = await client.query<RawRow>({
    name: 'page',
    text: `select ${COLUMNS} from events where position > $1 order by position limit $2`,
    values: [after, limit],
  });
  return rows;
}
