import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { readingOf } from '../../harness/reading.js';
import type { HeldJournal } from '../../workloads/global-reader.js';
import { OpenRaw, raw, readPage } from './raw-system.js';

/** A reader that trusts positions to become visible in order, as most do that are written by hand. */
export async function openRawJournal(url: string): Promise<HeldJournal> {
  const writers = (await raw.open(url)) as OpenRaw;
  const reader = new OpenRaw(url);
  let last = '0';
  return {
    name: raw.name,
    append: (_writer, hold) =>
      writers.connected(async (client) => {
        const id = randomUUID();
        await client.query('begin');
        await client.query({
          name: 'append-held',
          text: `insert into events (event_id, stream, version, type, data, metadata)
                 values ($1, $2, 1, 'reading_taken', $3, $4)`,
          values: [id, `meter-${id}`, JSON.stringify(readingOf(1)), JSON.stringify({ correlationId: id })],
        });
        if (hold > 0) await sleep(hold);
        await client.query('commit');
        return id;
      }),
    readOn: () =>
      reader.connected(async (client) => {
        const rows = await readPage(client, last);
        last = rows.at(-1)?.position ?? last;
        return rows.map(({ event_id }) => event_id);
      }),
    close: async () => {
      await writers.close();
      await reader.close();
    },
  };
}
