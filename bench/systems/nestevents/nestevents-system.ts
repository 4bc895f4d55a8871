import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import {
  EventStore,
  getAggregateRepositoryToken,
  getEventStoreToken,
  type AggregateRepository,
} from 'nestevents';
import type { Reading } from '../../harness/reading.js';
import type { OpenSystem, System, Total } from '../../harness/system.js';
import { Meter, ReadingTaken } from './meter.js';
import { startApp, type AppOptions } from './nestevents-app.js';

/** The library through its public face, in a Nest application, with schemas. */
export const nestevents: System = nesteventsAs('nestevents');

/** The same with payloads in Avro's binary form. */
export const nesteventsAvro: System = nesteventsAs('nestevents-avro', { store: { encoding: 'avro' } });

/** The library with other options. */
export function nesteventsAs(name: string, options: AppOptions = {}): System {
  return { name, packages: [], open: async (url) => new OpenNestevents(url, await startApp(url, options)) };
}

/** See {@link nestevents}. */
export class OpenNestevents implements OpenSystem {
  readonly store: EventStore;
  readonly meters: AggregateRepository<Meter>;

  constructor(
    readonly url: string,
    readonly app: INestApplicationContext,
  ) {
    this.store = app.get(getEventStoreToken());
    this.meters = app.get(getAggregateRepositoryToken(Meter));
  }

  async append(stream: string, version: number, readings: readonly Reading[]): Promise<void> {
    await this.store.append(
      { aggregate: Meter, id: stream },
      readings.map((reading) => new ReadingTaken(reading)),
      { expectedVersion: version, metadata: { correlationId: randomUUID() } },
    );
  }

  async load(stream: string): Promise<Total> {
    return this.meters.load(stream);
  }

  async update(stream: string, reading: Reading): Promise<void> {
    await this.meters.update(stream, (meter) => meter.take(reading), {
      metadata: { correlationId: randomUUID() },
    });
  }

  async readAll(events: number, until: number): Promise<number> {
    let count = 0;
    let sum = 0;
    for await (const event of this.store.readAll()) {
      count += 1;
      sum += (event as ReadingTaken).reading;
      if (count === events || (count % 1_000 === 0 && performance.now() >= until)) break;
    }
    if (sum < count) throw new Error('The readings have not been read.');
    return count;
  }

  async close(): Promise<void> {
    await this.app.close();
  }
}
