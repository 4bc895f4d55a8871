import { ProjectionManager } from 'nestevents';
import { startApp } from './bench-app.js';
import { fillJournal, withServer } from './bench-database.js';
import {
  BatchProjection,
  LargeBatchesProjection,
  TrivialProjection,
  UpsertProjection,
  type CatchUp,
} from './catch-up-handlers.js';
import { median, printTable } from './figures.js';
import { readRaw, upsertPagesRaw, upsertRaw } from './raw-catch-up.js';

/** How many events each projection handles before anything is measured. */
const WARM_UP = 5_000;

/**
 * Lets projections go over a journal from the first event, and does the same by hand.
 *
 * @param rounds how often each is measured, in turns; the median counts.
 */
export async function measureCatchUp(events: number, rounds: number): Promise<void> {
  await withServer(async ({ createDatabase, connect }) => {
    const url = await createDatabase('catch_up');
    const database = connect(url);
    const warmUp = Math.min(WARM_UP, events);
    await fillJournal(database, warmUp);
    const app = await startApp(url, [
      TrivialProjection,
      LargeBatchesProjection,
      UpsertProjection,
      BatchProjection,
    ]);
    try {
      const manager = app.get(ProjectionManager);
      const rebuild = (name: string, projection: CatchUp) => async (): Promise<number> => {
        projection.forget();
        const took = projection.until(events);
        const rebuilt = manager.rebuild(name);
        await manager.resume(name);
        await rebuilt;
        return took;
      };
      const ways = [
        { name: 'raw: read', base: 0, run: () => readRaw(database, events) },
        { name: 'trivial handler', base: 0, run: rebuild('trivial', app.get(TrivialProjection)) },
        {
          name: 'trivial handler, `batchSize: 1_000`',
          base: 0,
          run: rebuild('trivial-1000', app.get(LargeBatchesProjection)),
        },
        { name: 'raw: one upsert per event', base: 3, run: () => upsertRaw(database, events) },
        { name: 'one upsert per event', base: 3, run: rebuild('upsert', app.get(UpsertProjection)) },
        { name: 'raw: one upsert per page', base: 5, run: () => upsertPagesRaw(database, events) },
        { name: '`handleBatch`, one upsert', base: 5, run: rebuild('batch', app.get(BatchProjection)) },
      ];
      const names = ['trivial', 'trivial-1000', 'upsert', 'batch'];
      for (const name of names) await manager.waitFor(name, BigInt(warmUp), { timeout: 600_000 });
      for (const name of names) await manager.pause(name);
      await fillJournal(database, events, warmUp);
      const took = ways.map((): number[] => []);
      for (let round = 0; round < rounds; round += 1) {
        for (const [index, { run }] of ways.entries()) took[index]!.push(await run());
      }
      const ratio = (way: number, base: number): string =>
        median(took[way]!.map((time, round) => time / took[base]![round]!)).toFixed(2);
      printTable(
        `Catch-up over ${events} events, ${rounds} rounds in turns, medians`,
        [['', 'events per second', 'time, raw reading = 1', 'time, the same by hand = 1']].concat(
          ways.map(({ name, base }, way) => [
            name,
            ((events * 1000) / median(took[way]!)).toFixed(0),
            ratio(way, 0),
            ratio(way, base),
          ]),
        ),
      );
    } finally {
      await app.close();
    }
  });
}
