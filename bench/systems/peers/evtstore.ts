import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { openPool, usualTypes } from '../../harness/bench-server.js';
import type { Reading } from '../../harness/reading.js';
import type { OpenSystem, System, Total } from '../../harness/system.js';
import { loadPeer } from './peer-package.js';

const PAGE = 1_000;
const STREAM = 'meters';
const TABLES = { events: 'events', bookmarks: 'bookmarks' };

interface ReadingTaken extends Reading {
  readonly type: 'ReadingTaken';
  readonly correlationId: string;
}

interface StoredEvent {
  readonly position: string;
  readonly event: ReadingTaken;
}

interface Provider {
  createEvents(stream: string, id: string, version: number, events: readonly ReadingTaken[]): StoredEvent[];
  append(stream: string, id: string, version: number, events: readonly StoredEvent[]): Promise<unknown>;
  getEventsFrom(stream: string, position: string, limit: number): Promise<StoredEvent[]>;
}

interface PgProvider {
  readonly migrate: (options: { client: Pool; events: string; bookmarks: string }) => Promise<void>;
  readonly createProvider: (options: { client: Pool; events: string; bookmarks: string }) => Provider;
}

interface Evtstore {
  readonly createAggregate: (options: {
    stream: string;
    create: () => Total;
    fold: (event: ReadingTaken, total: Total) => Partial<Total>;
  }) => object;
  readonly createDomain: (
    options: { provider: Provider },
    aggregates: { meter: object },
  ) => { domain: { meter: { getAggregate(id: string): Promise<Total> } } };
  readonly VersionError: new () => Error;
}

/** evtstore with `pg`. It has no metadata: the correlation id is in the event. */
export const evtstore: System = {
  name: 'evtstore',
  packages: ['evtstore'],
  open: async (url) => {
    const library = await loadPeer<Evtstore>('evtstore');
    const { migrate, createProvider } = await loadPeer<PgProvider>('evtstore/provider/pg.js');
    const pool = openPool(url, usualTypes);
    await migrate({ client: pool, ...TABLES });
    return new OpenEvtstore(url, pool, library, createProvider({ client: pool, ...TABLES }));
  },
};

class OpenEvtstore implements OpenSystem {
  readonly #pool: Pool;
  readonly #provider: Provider;
  readonly #VersionError: Evtstore['VersionError'];
  readonly #load: (id: string) => Promise<Total>;

  constructor(
    readonly url: string,
    pool: Pool,
    { createAggregate, createDomain, VersionError }: Evtstore,
    provider: Provider,
  ) {
    this.#pool = pool;
    this.#provider = provider;
    this.#VersionError = VersionError;
    const meter = createAggregate({
      stream: STREAM,
      create: () => ({ readings: 0, sum: 0 }),
      fold: ({ reading }, { readings, sum }) => ({ readings: readings + 1, sum: sum + reading }),
    });
    const { domain } = createDomain({ provider }, { meter });
    this.#load = (id) => domain.meter.getAggregate(id);
  }

  async append(stream: string, version: number, readings: readonly Reading[]): Promise<void> {
    const correlationId = randomUUID();
    const events = readings.map((reading) => ({ type: 'ReadingTaken' as const, ...reading, correlationId }));
    const created = this.#provider.createEvents(STREAM, stream, version + 1, events);
    await this.#provider.append(STREAM, stream, version + 1, created);
  }

  async load(stream: string): Promise<Total> {
    return this.#load(stream);
  }

  async update(stream: string, reading: Reading): Promise<void> {
    for (;;) {
      const { readings } = await this.load(stream);
      try {
        return await this.append(stream, readings, [reading]);
      } catch (error) {
        if (!(error instanceof this.#VersionError)) throw error;
      }
    }
  }

  async readAll(events: number, until: number): Promise<number> {
    let count = 0;
    let sum = 0;
    for (let position = '0'; count < events && performance.now() < until;) {
      const page = await this.#provider.getEventsFrom(STREAM, position, PAGE);
      if (page.length === 0) break;
      for (const { event } of page) sum += event.reading;
      count += page.length;
      position = page.at(-1)!.position;
    }
    if (sum < count) throw new Error('The readings have not been read.');
    return count;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
