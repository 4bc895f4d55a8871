import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Provider } from '@nestjs/common';
import {
  Aggregate,
  AggregateRoot,
  Apply,
  DomainEvent,
  EventStore,
  getAggregateRepositoryToken,
  Upcast,
  type AggregateRepository,
  type SchemaOptions,
} from 'nestevents';
import { repeat } from '../harness/callers.js';
import type { Bench, Way, Workload } from '../harness/bench.js';
import { perSecond } from '../harness/sample.js';
import { startApp } from '../systems/nestevents/nestevents-app.js';

const EVENTS = 1_000;
const BASE = 'without schemas';

class CounterRead extends DomainEvent {
  constructor(data: object) {
    super();
    Object.assign(this, data);
  }
}

@Aggregate()
class Counter extends AggregateRoot {
  @Apply(CounterRead)
  protected onRead(): void {}
}

class CentsToEuros {
  @Upcast(CounterRead, { from: 3 })
  euros({ cents, ...rest }: { cents: number }): object {
    return { ...rest, amount: (cents / 100).toFixed(2) };
  }
}

type Fields = Record<string, unknown>;

const V1: Fields = { reading: 'int', cents: 'int', place: 'string', comment: 'string' };
const V2: Fields = { ...V1, unit: { type: 'string', default: 'kWh' } };
const V3: Fields = { ...V2, reading: 'long' };
const { cents: _, ...withoutCents } = V3;
const V4: Fields = { ...withoutCents, amount: 'string' };

const OLD = { place: 'Nordstraße 5', comment: 'x'.repeat(120), reading: 1, cents: 1_250 };
const NEW = { place: 'Nordstraße 5', comment: 'x'.repeat(120), reading: 1, unit: 'kWh', amount: '12.50' };

/** Reads events that were written by older deployments. */
export const oldVersions: Workload = {
  name: 'old-versions',
  title: 'Events of old versions',
  about: `Loads of a stream of ${EVENTS.toLocaleString('en')} events, by deployments that have come to know four versions of their schema.`,
  base: BASE,
  run: async (bench) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'nestevents-bench-'));
    try {
      await measure(bench, directory);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

async function measure(bench: Bench, directory: string): Promise<void> {
  const url = await bench.createDatabase();
  const deploy = async (name: string, versions: readonly Fields[], providers: Provider[] = []) => {
    const schemas =
      versions.length > 0 ? await writeSchemas(path.join(directory, name), versions) : undefined;
    return bench.closing(startApp(url, { aggregates: [Counter], providers, store: { schemas } }));
  };
  const bare = await deploy('none', []);
  const first = await deploy('first', [V1]);
  const avroOnly = await deploy('third', [V1, V2, V3]);
  const newest = await deploy('newest', [V1, V2, V3, V4], [CentsToEuros]);
  type App = typeof bare;
  const fill = async (app: App, id: string, data: object): Promise<void> => {
    const events = Array.from({ length: EVENTS }, () => new CounterRead(data));
    await app.get(EventStore).append({ aggregate: Counter, id }, events);
  };
  await fill(bare, 'bare', NEW);
  await fill(first, 'oldest', OLD);
  await fill(newest, 'newest', NEW);
  const ways: [string, App, string][] = [
    [BASE, bare, 'bare'],
    ['newest version', newest, 'newest'],
    ['oldest, by Avro alone', avroOnly, 'oldest'],
    ['oldest, by Avro and an upcaster', newest, 'oldest'],
  ];
  await bench.compare(
    `${EVENTS.toLocaleString('en')} events`,
    ways.map(([system, app, id]): Way => ({
      system,
      run: async (seconds) => {
        const counters = app.get<AggregateRepository<Counter>>(getAggregateRepositoryToken(Counter));
        const { count, milliseconds } = await repeat(1, seconds / 2, async () => {
          const { version } = await counters.load(id);
          if (version !== EVENTS) throw new Error(`Loaded ${version} events of ${EVENTS}.`);
        });
        return [perSecond('loads', count, milliseconds)];
      },
    })),
  );
}

/** Makes a directory of schemas, one file for each version. */
async function writeSchemas(directory: string, versions: readonly Fields[]): Promise<SchemaOptions> {
  await mkdir(path.join(directory, 'counter'), { recursive: true });
  for (const [index, fields] of versions.entries()) {
    const schema = {
      type: 'record',
      name: 'CounterRead',
      fields: Object.entries(fields).map(([name, type]) => ({
        name,
        ...(typeof type === 'string' ? { type } : (type as object)),
      })),
    };
    await writeFile(path.join(directory, `counter/v${index + 1}_counter_read.json`), JSON.stringify(schema));
  }
  return { directory };
}
