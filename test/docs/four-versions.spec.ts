import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import {
  Aggregate,
  AggregateRepository,
  AggregateRoot,
  Apply,
  DomainEvent,
  EventSourcingModule,
  EventStore,
  EventType,
  getAggregateRepositoryToken,
  type AggregateClass,
  type EventClass,
  type EventSchemaError,
} from 'nestevents';
import { createEmptyDatabase, type TestDatabase } from '../postgres/test-database.js';
import { outputOf } from './example-output.js';
import { readPages, type Page } from './markdown-pages.js';

@EventType('meter_reading_taken')
class Version1 extends DomainEvent.of<{ wattHours: number; reader: string }>() {}

@EventType('meter_reading_taken')
class Version2 extends DomainEvent.of<{ wattHours: number; reader: string; source: string }>() {}

@EventType('meter_reading_taken')
class Version3 extends DomainEvent.of<{ wattHours: number; takenBy: string; source: string }>() {}

/** The aggregate as a deployment had it whose event was of this class. */
function meterOf(event: EventClass): AggregateClass {
  @Aggregate({ name: 'meter' })
  class Meter extends AggregateRoot {
    @Apply(event)
    protected onReadingTaken(): void {
      // Only what it stored matters here.
    }
  }
  return Meter;
}

describe('the example of four versions', () => {
  const { env } = process;
  const home = process.cwd();
  let database: TestDatabase;
  let directory: string;
  let page: Page;
  let output: string[];
  let app: TestingModule;
  let examples: typeof import('./examples/meter.js');

  beforeAll(async () => {
    database = await createEmptyDatabase();
    directory = await mkdtemp(path.join(tmpdir(), 'nestevents-docs-'));
    process.env = { ...env, DATABASE_URL: database.url };
    process.chdir(directory);
    page = (await readPages()).find(({ path: name }) => name === 'docs/schema-evolution.md')!;
    await deployAndStore(new Version1({ wattHours: 12_500, reader: 'Ada' }));
    await deployAndStore(new Version2({ wattHours: 25_000, reader: 'Bob', source: 'post' }));
    await deployAndStore(new Version3({ wattHours: 3_000_000_000, takenBy: 'Cid', source: 'visit' }));
    await addSchema(4);
    output = await outputOf('read-meters');

    const { MetersModule } = await import('./examples/meters.module.js');
    examples = await import('./examples/meter.js');
    app = await Test.createTestingModule({ imports: [MetersModule] }).compile();
    await app.init();
  }, 60_000);

  afterAll(async () => {
    await app?.close();
    process.env = env;
    process.chdir(home);
    await database.drop();
    await rm(directory, { recursive: true });
  });

  /** Puts a schema of the page beside the earlier ones. */
  async function addSchema(version: number): Promise<void> {
    const file = `avro/meter/v${version}_meter_reading_taken.json`;
    const block = page.blocks.find(({ before }) => before.endsWith(`\`${file}\`:`));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, block!.text);
  }

  /** One deployment after the other: it brings the next version of the schema, stores an event, and is stopped. */
  async function deployAndStore(event: DomainEvent): Promise<void> {
    const eventClass = event.constructor as EventClass;
    await addSchema(Number(eventClass.name.slice(-1)));
    const aggregate = meterOf(eventClass);
    const deployment = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: database.url,
          autoLoadEntities: true,
          synchronize: true,
        }),
        EventSourcingModule.forRoot({ schemas: { directory: 'avro' } }),
        EventSourcingModule.forFeature([aggregate]),
      ],
    }).compile();
    await deployment.init();
    await deployment.get(EventStore).append({ aggregate, id: 'meter-1' }, [event]);
    await deployment.close();
  }

  const NEWEST = [
    { kilowattHours: '12.500', takenBy: 'Ada', source: 'visit' },
    { kilowattHours: '25.000', takenBy: 'Bob', source: 'post' },
    { kilowattHours: '3000000.000', takenBy: 'Cid', source: 'visit' },
    { kilowattHours: '3000250.500', takenBy: 'Dot', source: 'radio' },
  ];

  it('prints what the page says', () => {
    const expected = page.blocks.find(({ language }) => language === 'text');
    expect(output).toEqual(expected!.text.trimEnd().split('\n'));
  });

  it('has one stored event of each version, and keeps their schemas', async () => {
    const dataSource = app.get(DataSource);
    const stored = await dataSource.query(
      'select event_version, event_data from event_journal order by position',
    );
    expect(stored).toEqual([
      { event_version: 1, event_data: { wattHours: 12_500, reader: 'Ada' } },
      { event_version: 2, event_data: { wattHours: 25_000, reader: 'Bob', source: 'post' } },
      { event_version: 3, event_data: { wattHours: 3_000_000_000, takenBy: 'Cid', source: 'visit' } },
      { event_version: 4, event_data: NEWEST[3] },
    ]);
    const kept = await dataSource.query('select event_version from event_schema order by event_version');
    expect(kept).toEqual([1, 2, 3, 4].map((version) => ({ event_version: version })));
  });

  it('is loaded as the newest', async () => {
    const meters = app.get<AggregateRepository<InstanceType<typeof examples.Meter>>>(
      getAggregateRepositoryToken(examples.Meter),
    );
    const readings = [1, 2, 3, 4].map(
      async (version) => (await meters.load('meter-1', { version })).kilowattHours,
    );
    expect(await Promise.all(readings)).toEqual(NEWEST.map(({ kilowattHours }) => kilowattHours));
    const history = await meters.history('meter-1');
    expect(history.map((event) => ({ ...event }))).toEqual(NEWEST);
  });

  it('is read as the newest over all streams', async () => {
    const events: DomainEvent[] = [];
    for await (const event of app.get(EventStore).readAll()) events.push(event);
    expect(events.map((event) => ({ ...event }))).toEqual(NEWEST);
    expect(events.every((event) => event instanceof examples.ReadingTaken)).toBe(true);
    expect(events.map(({ eventVersion }) => eventVersion)).toEqual([1, 2, 3, 4]);
  });

  it('fills the table of a projection', async () => {
    const rows = await app
      .get(DataSource)
      .query('select "meterId", "kilowattHours", "takenBy", source from meter_readings order by position');
    expect(rows).toEqual(NEWEST.map((payload) => ({ meterId: 'meter-1', ...payload })));
  });

  it('refuses what the page says, in its words', async () => {
    const [v1, v2] = [1, 2].map((version) => `avro/meter/v${version}_meter_reading_taken.json`);
    await writeFile(v2!, (await readFile(v2!, 'utf8')).replace(', "default": "visit"', ''));
    await expect(startUpProblems()).resolves.toEqual([
      expect.stringContaining('@Upcast(ReadingTaken, { from: 1 })'),
      expect.stringContaining('is not what events were stored with as version 2'),
    ]);
    for (const file of [v1!, v2!]) {
      await addSchema(Number(file.at('avro/meter/v'.length)));
      await writeFile(file, (await readFile(file, 'utf8')).replace('"int"', '"long"'));
    }
    expect(await startUpProblems()).toHaveLength(2);
  });

  /** Starts the example once more, and finds the first problem on the page. */
  async function startUpProblems(): Promise<string[]> {
    const { MetersModule } = await import('./examples/meters.module.js');
    const again = await Test.createTestingModule({ imports: [MetersModule] }).compile();
    const error: unknown = await again.init().catch((reason: unknown) => reason);
    await again.close();
    const { problems } = error as EventSchemaError;
    expect(page.text.replaceAll(/\s+/g, ' ')).toContain(problems[0]!.message);
    return problems.map(({ message }) => message);
  }
});
