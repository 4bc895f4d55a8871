import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { readingOf } from '../../harness/reading.js';
import type { HeldJournal } from '../../workloads/global-reader.js';
import { Meter, ReadingTaken } from './meter.js';
import { nestevents, OpenNestevents } from './nestevents-system.js';
import { startApp } from './nestevents-app.js';

/** Writers in one application, a reader in another. */
export async function openNesteventsJournal(url: string): Promise<HeldJournal> {
  const { app, store } = (await nestevents.open(url)) as OpenNestevents;
  const reader = new OpenNestevents(url, await startApp(url));
  const dataSource = app.get(DataSource);
  let last = 0n;
  return {
    name: nestevents.name,
    append: (_writer, hold) =>
      dataSource.transaction(async (transaction) => {
        const id = randomUUID();
        const stream = { aggregate: Meter, id: `meter-${id}` };
        const metadata = { correlationId: id };
        const [stored] = await store.append(stream, [new ReadingTaken(readingOf(1))], {
          expectedVersion: 0,
          metadata,
          transaction,
        });
        if (hold > 0) await sleep(hold);
        return stored!.eventId;
      }),
    readOn: async () => {
      const ids: string[] = [];
      for await (const { eventId, position } of reader.store.readAll({ after: last })) {
        ids.push(eventId);
        last = position;
      }
      return ids;
    },
    close: async () => {
      await reader.close();
      await app.close();
    },
  };
}
