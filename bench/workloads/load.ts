import type { Workload } from '../harness/bench.js';
import { repeat } from '../harness/callers.js';
import { readingsFrom } from '../harness/reading.js';
import { perSecond } from '../harness/sample.js';
import { fillJournal, fillStream } from './fill.js';

/** Loads and folds streams. */
export const load: Workload = {
  name: 'load',
  title: 'Load and fold',
  about:
    'One caller loads streams of a length, which stand among a thousand others, and folds them into a count and a sum.',
  run: async (bench) => {
    const systems = await bench.open();
    await bench.prepare(systems, (open) => fillJournal(open, bench.scale.small));
    for (const length of bench.scale.lengths) {
      const stream = `meter-of-${length}`;
      await bench.prepare(systems, (open) => fillStream(open, stream, length));
      const sum = readingsFrom(0, length).reduce((total, { reading }) => total + reading, 0);
      await bench.compareSystems(`${length.toLocaleString('en')} events`, systems, async (open, seconds) => {
        const { count, milliseconds } = await repeat(1, seconds / 2, async () => {
          const total = await open.load(stream);
          if (total.readings !== length || total.sum !== sum)
            throw new Error(
              `Loaded ${total.readings} readings of ${length}, with the sum ${total.sum} of ${sum}.`,
            );
        });
        return [perSecond('loads', count, milliseconds)];
      });
    }
  },
};
