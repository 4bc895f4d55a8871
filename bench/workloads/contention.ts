import type { Workload } from '../harness/bench.js';
import { all } from '../harness/callers.js';
import { readingOf } from '../harness/reading.js';
import { perSecond } from '../harness/sample.js';

const WRITERS = 16;

/** Many writers on one stream. */
export const contention: Workload = {
  name: 'contention',
  title: 'Contention',
  about: `${WRITERS} writers on one stream: each loads, appends an event, and begins again when somebody else was faster, until it has done its share.`,
  run: async (bench) => {
    const { share } = bench.scale;
    const systems = await bench.open();
    let streams = 0;
    await bench.compareSystems(`${WRITERS} writers, ${share} events each`, systems, async (open) => {
      const stream = `meter-${(streams += 1)}`;
      await open.append(stream, 0, [readingOf(0)]);
      const begun = performance.now();
      await all(WRITERS, async (writer) => {
        for (let i = 0; i < share; i += 1) await open.update(stream, readingOf(writer));
      });
      const took = performance.now() - begun;
      const { readings } = await open.load(stream);
      if (readings !== WRITERS * share + 1)
        throw new Error(`There are ${readings} readings: updates were lost.`);
      return [perSecond('updates', WRITERS * share, took)];
    });
  },
};
