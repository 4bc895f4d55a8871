import { randomUUID } from 'node:crypto';
import type { ImportedEvent } from 'nestevents';
import type { Workload } from '../harness/bench.js';
import { readingOf } from '../harness/reading.js';
import { BASE, perSecond } from '../harness/sample.js';
import { Meter, ReadingTaken } from '../systems/nestevents/meter.js';
import { nestevents, type OpenNestevents } from '../systems/nestevents/nestevents-system.js';
import { copyRows } from '../systems/raw/raw-copy.js';
import { raw, type OpenRaw } from '../systems/raw/raw-system.js';

const STREAMS = 1_000;
/** An import is so many times smaller than the journals of other workloads. */
const SMALLER = 4;

/** Many events at once. */
export const bulkImport: Workload = {
  name: 'import',
  title: 'Bulk import',
  about: `Events of ${STREAMS.toLocaleString('en')} streams in turns, out of an iterable. By hand: the same rows by \`COPY\`, which checks nothing and cannot go on where it was.`,
  packages: ['pg-copy-streams'],
  run: async (bench) => {
    const events = bench.scale.journal / SMALLER;
    const byHand = (await bench.closing(raw.open(await bench.createDatabase()))) as OpenRaw;
    const ours = (await bench.closing(nestevents.open(await bench.createDatabase()))) as OpenNestevents;
    let imports = 0;
    const measured = async (
      work: (name: string) => Promise<void>,
    ): Promise<[ReturnType<typeof perSecond>]> => {
      const begun = performance.now();
      await work(`import-${(imports += 1)}`);
      return [perSecond('events', events, performance.now() - begun)];
    };
    await bench.compare(`${events.toLocaleString('en')} events`, [
      { system: BASE, run: () => measured((name) => copyRows(byHand, name, events, STREAMS)) },
      {
        system: nestevents.name,
        run: () =>
          measured(async (name) => {
            const { stored } = await ours.store.import(name, eventsOf(name, events));
            if (stored !== events) throw new Error(`Stored ${stored} events of ${events}.`);
          }),
      },
    ]);
  },
};

function* eventsOf(name: string, events: number): Generator<ImportedEvent> {
  for (let n = 0; n < events; n += 1) {
    yield {
      stream: { aggregate: Meter, id: `${name}-${n % STREAMS}` },
      event: new ReadingTaken(readingOf(n)),
      metadata: { correlationId: randomUUID() },
    };
  }
}
