import { query } from '../harness/bench-server.js';
import type { Workload } from '../harness/bench.js';
import { perSecond } from '../harness/sample.js';
import type { OpenSystem } from '../harness/system.js';
import { fillJournal } from './fill.js';

/** No slice of reading takes longer: what could not read all until then is measured by what it has read. */
const MOST_SECONDS = 5;

/** Reads a whole journal, and looks how large it is. */
export const readAll: Workload = {
  name: 'read-all',
  title: 'Read everything in order, and size on disk',
  about: 'One reader reads the whole journal by position. The size is that of tables, indexes and TOAST.',
  run: async (bench) => {
    const { journal } = bench.scale;
    const systems = await bench.open();
    const empty = new Map<OpenSystem, number>();
    await bench.prepare(systems, async (open) => {
      empty.set(open, await sizeOf(open));
      await fillJournal(open, journal);
    });
    await bench.compareSystems(`${journal.toLocaleString('en')} events`, systems, async (open) => {
      const begun = performance.now();
      const count = await open.readAll(journal, begun + MOST_SECONDS * 1_000);
      const took = performance.now() - begun;
      if (count !== journal && took < MOST_SECONDS * 1_000)
        throw new Error(`Read ${count} events of ${journal}.`);
      const bytes = ((await sizeOf(open)) - empty.get(open)!) / journal;
      return [
        perSecond('events', count, took),
        { figure: 'bytes per event on disk', value: bytes, better: 'less' },
      ];
    });
  },
};

async function sizeOf({ url }: OpenSystem): Promise<number> {
  const [found] = await query<{ bytes: string }>(
    url,
    `select sum(pg_total_relation_size(c.oid)) as bytes from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`,
  );
  return Number(found!.bytes ?? 0);
}
