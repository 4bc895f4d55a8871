import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Workload } from '../harness/bench.js';
import { catchUpModules, TrivialProjection } from '../systems/nestevents/catch-up-projections.js';
import { fillBySql } from '../systems/nestevents/journal-rows.js';
import { nestevents } from '../systems/nestevents/nestevents-system.js';
import { startApp } from '../systems/nestevents/nestevents-app.js';

const SAMPLES = 5;
/** So many times as many events as other workloads have. */
const MORE = 3;
const MIB = 2 ** 20;

/** Watches the memory while a projection passes many events. */
export const memory: Workload = {
  name: 'memory',
  title: 'Memory of a projection',
  about:
    'The heap in use, after a collection, while a trivial projection passes a journal: it does not grow with the journal.',
  run: async (bench) => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const events = bench.scale.journal * MORE;
    const url = await bench.createDatabase();
    await (await startApp(url)).close(); // migrates it
    await fillBySql(url, events);
    const app = await bench.closing(
      startApp(url, { imports: catchUpModules, providers: [TrivialProjection] }),
    );
    for (let sample = 1; sample <= SAMPLES; sample += 1) {
      const handled = (events / SAMPLES) * sample;
      await app.get(TrivialProjection).until(handled);
      collect();
      const heap = process.memoryUsage().heapUsed / MIB;
      await bench.record(`after ${handled.toLocaleString('en')} events`, nestevents.name, 0, [
        { figure: 'heap MiB', value: heap, better: 'less' },
      ]);
    }
  },
};
