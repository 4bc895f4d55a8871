import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { openPool } from '../../harness/bench-server.js';
import type { Reading } from '../../harness/reading.js';
import type { OpenSystem, System, Total } from '../../harness/system.js';
import { loadPeer } from './peer-package.js';

const PAGE = 1_000n;
const POSTGRESQL = '@event-driven-io/emmett-postgresql';
const DUMBO = '@event-driven-io/dumbo';

interface ReadingTaken {
  readonly type: 'ReadingTaken';
  readonly data: Reading;
  readonly metadata?: object;
}

interface Page {
  readonly messages: readonly ReadingTaken[];
  readonly currentGlobalPosition: bigint;
}

interface Execute {
  readonly execute: object;
}

interface Store {
  readonly schema: { migrate(): Promise<unknown> };
  appendToStream(
    stream: string,
    events: readonly ReadingTaken[],
    options: { expectedStreamVersion: bigint | 'STREAM_DOES_NOT_EXIST' },
  ): Promise<unknown>;
  aggregateStream(
    stream: string,
    options: { initialState: () => Total; evolve: (state: Total, event: ReadingTaken) => Total },
  ): Promise<{ state: Total; currentStreamVersion: bigint }>;
}

interface EmmettPostgresql {
  getPostgreSQLEventStore(url: string, options: { connectionOptions: { pool: Pool } }): Store;
  readMessagesBatch(execute: object, options: { after: bigint; batchSize: bigint }): Promise<Page>;
}

interface Dumbo {
  readonly dumbo: (options: { connectionString: string; pool: Pool }) => Execute;
}

/** Emmett on PostgreSQL. */
export const emmett: System = {
  name: 'emmett',
  packages: [POSTGRESQL],
  open: async (url) => {
    const postgresql = await loadPeer<EmmettPostgresql>(POSTGRESQL);
    const { dumbo } = await loadPeer<Dumbo>(DUMBO);
    const pool = openPool(url);
    const store = postgresql.getPostgreSQLEventStore(url, { connectionOptions: { pool } });
    await store.schema.migrate();
    const { execute } = dumbo({ connectionString: url, pool });
    return new OpenEmmett(url, pool, store, (after) =>
      postgresql.readMessagesBatch(execute, { after, batchSize: PAGE }),
    );
  },
};

class OpenEmmett implements OpenSystem {
  readonly #pool: Pool;
  readonly #store: Store;
  readonly #readPage: (after: bigint) => Promise<Page>;

  constructor(
    readonly url: string,
    pool: Pool,
    store: Store,
    readPage: (after: bigint) => Promise<Page>,
  ) {
    this.#pool = pool;
    this.#store = store;
    this.#readPage = readPage;
  }

  async append(stream: string, version: number, readings: readonly Reading[]): Promise<void> {
    const metadata = { correlationId: randomUUID() };
    await this.#store.appendToStream(
      stream,
      readings.map((data) => ({ type: 'ReadingTaken', data, metadata })),
      { expectedStreamVersion: version === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(version) },
    );
  }

  async load(stream: string): Promise<Total> {
    const { state } = await this.#store.aggregateStream(stream, {
      initialState: () => ({ readings: 0, sum: 0 }),
      evolve: ({ readings, sum }, { data }) => ({ readings: readings + 1, sum: sum + data.reading }),
    });
    return state;
  }

  async update(stream: string, reading: Reading): Promise<void> {
    for (;;) {
      const { readings } = await this.load(stream);
      try {
        return await this.append(stream, readings, [reading]);
      } catch (error) {
        if (!(error instanceof Error && error.constructor.name.includes('ExpectedVersionConflict')))
          throw error;
      }
    }
  }

  async readAll(events: number, until: number): Promise<number> {
    let count = 0;
    let sum = 0;
    for (let after = 0n; count < events && performance.now() < until;) {
      const { messages, currentGlobalPosition } = await this.#readPage(after);
      // It hides what is newer than the oldest transaction that runs, be it autovacuum's: then it is asked again.
      if (messages.length === 0) continue;
      for (const { data } of messages) sum += data.reading;
      count += messages.length;
      after = currentGlobalPosition;
    }
    if (sum < count) throw new Error('The readings have not been read.');
    return count;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
