import { ProjectionManager } from 'nestevents';
import { query } from '../harness/bench-server.js';
import type { Bench, Way, Workload } from '../harness/bench.js';
import { BASE, perSecond } from '../harness/sample.js';
import { fillBySql } from '../systems/nestevents/journal-rows.js';
import {
  BatchProjection,
  catchUpModules,
  METER_ROW,
  TrivialProjection,
  UpsertProjection,
  type CatchUp,
} from '../systems/nestevents/catch-up-projections.js';
import { nestevents } from '../systems/nestevents/nestevents-system.js';
import { startApp } from '../systems/nestevents/nestevents-app.js';
import { OpenRaw, raw } from '../systems/raw/raw-system.js';
import {
  catchUpByHand,
  RAW_METER_ROW,
  upsertEach,
  upsertPage,
  type PageWork,
} from '../systems/raw/raw-catch-up.js';
import { fillRawBySql } from '../systems/raw/raw-rows.js';

/** Upserts one by one take long: of these the journal has so many times fewer events. */
const FEWER_UPSERTS = 8;
/** So many times fewer are handled before anything is measured, to warm up. */
const FEWER_AT_FIRST = 40;

/** Lets projections go over a journal from the first event. */
export const catchUp: Workload = {
  name: 'catch-up',
  title: 'Catch-up of a projection',
  about:
    'A projection handles all events of a journal anew, from an empty read model on. By hand: pages of as many events, ' +
    'and for each page a transaction with the writes and the place.',
  run: async (bench) => {
    const { journal } = bench.scale;
    await measure(bench, 'trivial handler', journal, TrivialProjection);
    await measure(bench, '`handleBatch`, one upsert per page', journal, BatchProjection, upsertPage);
    await measure(bench, 'one upsert per event', journal / FEWER_UPSERTS, UpsertProjection, upsertEach);
  },
};

async function measure(
  bench: Bench,
  name: string,
  events: number,
  projectionClass: new (...dependencies: never[]) => CatchUp,
  byHand?: PageWork,
): Promise<void> {
  const rawUrl = await bench.createDatabase();
  const open = (await bench.closing(raw.open(rawUrl))) as OpenRaw;
  await query(rawUrl, RAW_METER_ROW);
  await fillRawBySql(rawUrl, events);

  const url = await bench.createDatabase();
  await query(url, METER_ROW);
  const app = await bench.closing(startApp(url, { imports: catchUpModules, providers: [projectionClass] }));
  const atFirst = Math.ceil(events / FEWER_AT_FIRST);
  await fillBySql(url, atFirst);
  const projection = app.get(projectionClass);
  const manager = app.get(ProjectionManager);
  const handler = projection.name;
  await manager.waitFor(handler, BigInt(atFirst), { timeout: 600_000 });
  await manager.pause(handler);
  await fillBySql(url, events, { from: atFirst });
  const rebuild = async (): Promise<number> => {
    projection.forget();
    const took = projection.until(events);
    await manager.rebuild(handler, { wait: false });
    await manager.resume(handler);
    await took;
    await manager.waitFor(handler, BigInt(events), { timeout: 600_000 });
    await manager.pause(handler);
    return took;
  };
  const ways: Way[] = [
    {
      system: BASE,
      run: async () => [perSecond('events', events, await catchUpByHand(open, events, byHand))],
    },
    { system: nestevents.name, run: async () => [perSecond('events', events, await rebuild())] },
  ];
  await bench.compare(`${name}, ${events.toLocaleString('en')} events`, ways, { warmUp: false });
}
