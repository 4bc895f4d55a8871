import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import {
  Aggregate,
  AggregateRepository,
  AggregateRoot,
  Apply,
  DomainEvent,
  EventStore,
  Upcast,
} from 'nestevents';
import { DataSource } from 'typeorm';
import { startEmbeddedPostgres } from '../sample-app/database/embedded-postgres.js';
import { DomainModel, readUpcasts } from '../src/domain/index.js';
import { SchemaRegistry } from '../src/schema/index.js';
import { MessageContext } from '../src/store/index.js';
import { eventSourcingEntities, eventSourcingMigrations, TypeOrmJournal } from '../src/typeorm/index.js';
import { writeSchemas } from '../test/fixtures/schemas.js';

const EVENTS = 1_000;
const LOADS = 20;

class Measured extends DomainEvent {
  constructor(data: object) {
    super();
    Object.assign(this, data);
  }
}

@Aggregate()
class Meter extends AggregateRoot {
  count = 0;

  @Apply(Measured)
  protected onMeasured(): void {
    this.count += 1;
  }
}

class CentsToEuros {
  @Upcast(Measured, { from: 3 })
  euros({ cents, ...rest }: { cents: number }): object {
    return { ...rest, amount: (cents / 100).toFixed(2) };
  }
}

const text = 'string';
const V1 = { reading: 'int', cents: 'int', place: text, comment: text };
const V2 = { ...V1, unit: { type: 'string', default: 'kWh' } };
const V3 = { ...V2, reading: 'long' };
const { cents: _, ...withoutCents } = V3;
const V4 = { ...withoutCents, amount: text };
const payload = { place: 'Nordstraße 5', comment: 'x'.repeat(120), unit: 'kWh' };

/**
 * Loads a stream of 1,000 events that are all of the newest version, all of the oldest, and without schemas.
 *
 * @param rounds how often each is measured, in turns; the median counts.
 */
export async function measureOldVersions(rounds: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'nestevents-bench-'));
  const data = await mkdtemp(join(tmpdir(), 'nestevents-bench-data-'));
  const server = await startEmbeddedPostgres({ directory: data });
  const dataSource = await new DataSource({
    type: 'postgres',
    url: server.url,
    entities: eventSourcingEntities,
    migrations: eventSourcingMigrations,
    migrationsRun: true,
  }).initialize();
  try {
    const journal = new TypeOrmJournal(dataSource);
    const deploy = async (versions: object[], upcasts?: object): Promise<AggregateRepository<Meter>> => {
      const model = new DomainModel();
      model.add(Meter);
      if (upcasts) model.addUpcasts(readUpcasts(upcasts.constructor, upcasts));
      const schemas = new SchemaRegistry();
      const files = join(directory, randomUUID());
      const named = versions.map((fields, index) => [`meter/v${index + 1}_meter_measured.json`, fields]);
      await writeSchemas(files, Object.fromEntries(named) as Record<string, Record<string, unknown>>);
      const upcastsOfEvent = model.upcasts(Measured);
      const contract = { aggregateType: 'meter', eventType: 'meter_measured', eventClass: 'Measured' };
      const problems =
        versions.length === 0
          ? []
          : schemas.load({ directory: files }, [{ ...contract, upcasts: upcastsOfEvent }]);
      if (problems.length > 0) throw new Error(JSON.stringify(problems, undefined, 2));
      const store = new EventStore({
        model,
        schemas,
        journal,
        publisher: { publish: async () => {} },
        context: new MessageContext(),
        options: { validateAlways: true, addSchemaVersionToEventData: false },
      });
      return new AggregateRepository(Meter, 'meter', store);
    };
    const fill = async (
      repository: AggregateRepository<Meter>,
      data: (i: number) => object,
    ): Promise<string> => {
      const meter = new Meter(randomUUID());
      for (let i = 0; i < EVENTS; i += 1) meter.apply(new Measured(data(i)));
      await repository.save(meter);
      return meter.id;
    };

    const asOld = (i: number): object => {
      const { unit: _unit, ...rest } = payload;
      return { ...rest, reading: i, cents: i };
    };
    const asNew = (i: number): object => ({ ...payload, reading: i, amount: '12.50' });
    const oldest = await fill(await deploy([V1]), asOld);
    const current = await deploy([V1, V2, V3, V4], new CentsToEuros());
    const newest = await fill(current, asNew);
    const bare = await deploy([]);
    const without = await fill(bare, asNew);
    const avroOnly = await deploy([V1, V2, V3]);
    const ways: [string, AggregateRepository<Meter>, string][] = [
      ['without schemas', bare, without],
      ['all of the newest version', current, newest],
      ['all of the oldest, by Avro alone', avroOnly, oldest],
      ['all of the oldest, by Avro and an upcaster', current, oldest],
    ];

    const rates = ways.map((): number[] => []);
    for (let round = -1; round < rounds; round += 1) {
      for (const [index, [, repository, id]] of ways.entries()) {
        const start = performance.now();
        for (let i = 0; i < LOADS; i += 1) {
          const { version } = await repository.load(id);
          if (version !== EVENTS) throw new Error(`loaded ${version} events`);
        }
        // The first round warms up.
        if (round >= 0) rates[index]!.push((LOADS * 1000) / (performance.now() - start));
      }
    }
    const base = median(rates[0]!);
    console.log(
      `Loads per second of a stream of ${EVENTS} events, ${rounds} rounds in turns, median (spread):`,
    );
    for (const [index, [name]] of ways.entries()) {
      const found = rates[index]!;
      const [low, high] = [Math.min(...found), Math.max(...found)];
      console.log(
        `  ${name.padEnd(44)} ${median(found).toFixed(0).padStart(5)}  ratio ${(median(found) / base).toFixed(2)}` +
          `  (${low.toFixed(0)} to ${high.toFixed(0)})`,
      );
    }
  } finally {
    await dataSource.destroy();
    await server.stop();
    for (const made of [directory, data]) await rm(made, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
