import type { Workload } from '../harness/bench.js';
import { all } from '../harness/callers.js';
import { readingOf } from '../harness/reading.js';
import { perSecond } from '../harness/sample.js';
import type { OpenSystem } from '../harness/system.js';

const WRITERS = 16;

/** Many writers on one stream. */
export const contention: Workload = {
  name: 'contention',
  title: 'Contention',
  about: `${WRITERS} writers on one stream: each loads, appends an event, and begins again when somebody else was faster, until it has done its share. Then the next stream.`,
  run: async (bench) => {
    const { share } = bench.scale;
    const systems = await bench.open();
    let streams = 0;
    await bench.compareSystems(`${WRITERS} writers, ${share} events each`, systems, async (open, seconds) => {
      const begun = performance.now();
      let updates = 0;
      while (performance.now() < begun + seconds * 1_000) {
        await writeTogether(open, `meter-${(streams += 1)}`, share);
        updates += WRITERS * share;
      }
      return [perSecond('updates', updates, performance.now() - begun)];
    });
  },
};

async function writeTogether(open: OpenSystem, stream: string, share: number): Promise<void> {
  await open.append(stream, 0, [readingOf(0)]);
  await all(WRITERS, async (writer) => {
    for (let i = 0; i < share; i += 1) await open.update(stream, readingOf(writer));
  });
  const { readings } = await open.load(stream);
  if (readings !== WRITERS * share + 1) throw new Error(`There are ${readings} readings: updates were lost.`);
}
