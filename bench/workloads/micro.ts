import { readFile } from 'node:fs/promises';
import path from 'node:path';
import avro from 'avsc';
import { SchemaRegistry } from 'nestevents';
import type { Bench, Way, Workload } from '../harness/bench.js';
import { readingOf } from '../harness/reading.js';
import { BASE } from '../harness/sample.js';
import { internals } from '../systems/nestevents/internals.js';
import { Meter, ReadingTaken } from '../systems/nestevents/meter.js';
import { SCHEMAS, startApp } from '../systems/nestevents/nestevents-app.js';
import { nestevents } from '../systems/nestevents/nestevents-system.js';
import { loadPeer } from '../systems/peers/peer-package.js';

const LENGTH = 100;

interface Mitata {
  readonly measure: (
    work: () => unknown,
    options: { min_cpu_time: number; inner_gc: boolean },
  ) => Promise<{ readonly p50: number }>;
  readonly do_not_optimize: (value: unknown) => void;
}

/** What an event costs without a database. */
export const micro: Workload = {
  name: 'micro',
  title: 'One event, without a database',
  about:
    'Nanoseconds, the one in the middle. By hand: `JSON.stringify`, `isValid` of avsc, `JSON.parse`, and a loop. ' +
    'The library also refuses what would not come back as it is, makes an instance of the event’s class, and calls `@Apply` methods.',
  packages: ['mitata'],
  run: async (bench) => {
    const { measure, do_not_optimize } = await loadPeer<Mitata>('mitata');
    const compare = async (
      name: string,
      times: number,
      byHand: () => unknown,
      ours: () => unknown,
    ): Promise<void> => {
      const way = (system: string, work: () => unknown): Way => ({
        system,
        run: async (seconds) => {
          const { p50 } = await measure(() => do_not_optimize(work()), {
            min_cpu_time: seconds * 5e8,
            inner_gc: false,
          });
          return [{ figure: 'ns', value: p50 / times, better: 'less' }];
        },
      });
      await bench.compare(name, [way(BASE, byHand), way(nestevents.name, ours)]);
    };
    await measureAll(bench, compare);
  },
};

async function measureAll(
  bench: Bench,
  compare: (name: string, times: number, byHand: () => unknown, ours: () => unknown) => Promise<void>,
): Promise<void> {
  const app = await bench.closing(startApp(await bench.createDatabase()));
  const { encodePayload, decodePayload } = await internals('store');
  const { reviveEvent } = await internals('domain');
  const reading = { ...readingOf(1) };
  const json = JSON.stringify(reading);
  const envelope = {
    eventId: '019a0000-0000-7000-8000-000000000000',
    eventType: 'meter_reading_taken',
    eventVersion: 1,
    aggregateType: 'meter',
    aggregateId: 'meter-1',
    aggregateVersion: 1,
    position: 1n,
    createdAt: new Date(),
    metadata: {},
  };

  await compare(
    'encode',
    1,
    () => JSON.stringify(reading),
    () => encodePayload({ ...reading }, 'ReadingTaken'),
  );

  const file = path.join(SCHEMAS, 'meter/v1_meter_reading_taken.json');
  const type = avro.Type.forSchema(JSON.parse(await readFile(file, 'utf8')) as avro.Schema);
  const schema = app.get(SchemaRegistry).newest('meter', 'meter_reading_taken')!;
  if (schema.check(reading, envelope).length > 0) throw new Error('The schema refuses the event.');
  await compare(
    'validate',
    1,
    () => type.isValid(reading, { noUndeclaredFields: true }),
    () => schema.check(reading, envelope),
  );

  await compare(
    'decode',
    1,
    () => JSON.parse(json) as unknown,
    () => reviveEvent(ReadingTaken, decodePayload(json, null), envelope),
  );

  const events = Array.from({ length: LENGTH }, () => reviveEvent(ReadingTaken, { ...reading }, envelope));
  await compare(
    'fold',
    LENGTH,
    () => {
      const total = { readings: 0, sum: 0 };
      for (const { reading } of events) {
        total.readings += 1;
        total.sum += reading;
      }
      return total;
    },
    () => {
      const meter = new Meter('meter-1');
      meter.loadFromHistory(events);
      return meter;
    },
  );
}
