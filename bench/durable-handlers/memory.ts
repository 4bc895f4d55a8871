import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startApp } from './bench-app.js';
import { fillJournal, withServer } from './bench-database.js';
import { TrivialProjection } from './catch-up-handlers.js';
import { printTable } from './figures.js';

const SAMPLES = 20;
const MIB = 2 ** 20;

/** Watches the memory while a projection passes many events: it should not depend on how many. */
export async function measureMemory(events: number): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  await withServer(async ({ createDatabase, connect }) => {
    const url = await createDatabase('memory');
    await fillJournal(connect(url), events);
    const app = await startApp(url, [TrivialProjection]);
    try {
      const projection = app.get(TrivialProjection);
      const rows = [['events', 'heap in use', 'RSS']];
      for (let sample = 1; sample <= SAMPLES; sample += 1) {
        const handled = Math.round((events * sample) / SAMPLES);
        await projection.until(handled);
        const { rss } = process.memoryUsage();
        collect();
        const { heapUsed } = process.memoryUsage();
        rows.push([String(handled), ...[heapUsed, rss].map((bytes) => `${(bytes / MIB).toFixed(1)} MiB`)]);
      }
      printTable(`Memory while a trivial projection passes ${events} events (heap after a collection)`, rows);
    } finally {
      await app.close();
    }
  });
}
