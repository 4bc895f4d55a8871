import { SnapshotService } from 'nestevents';
import type { Way, Workload } from '../harness/bench.js';
import { repeat } from '../harness/callers.js';
import { readingsFrom } from '../harness/reading.js';
import { BASE, perSecond } from '../harness/sample.js';
import type { OpenSystem } from '../harness/system.js';
import { Meter } from '../systems/nestevents/meter.js';
import { nesteventsAs, type OpenNestevents } from '../systems/nestevents/nestevents-system.js';
import { raw } from '../systems/raw/raw-system.js';
import { fillJournal, fillStream } from './fill.js';

/** Events behind the snapshot, and in a short stream. */
const FEW = 10;

/** Loads long streams by their snapshots. */
export const snapshots: Workload = {
  name: 'snapshots',
  title: 'Snapshots',
  about: `Loads and folds of a long stream with a snapshot ${FEW} events before its end, of the same stream without, and of a stream of ${FEW} events; raw pg loads ${FEW} events. There are a thousand other streams, with snapshots.`,
  run: async (bench) => {
    const length = Math.max(FEW * 2, bench.scale.lengths.at(-1)!);
    const long = length.toLocaleString('en');
    const withSnapshots = nesteventsAs('nestevents', { store: { snapshots: { every: length } } });
    const byHand = await bench.closing(raw.open(await bench.createDatabase()));
    const ours = (await bench.closing(withSnapshots.open(await bench.createDatabase()))) as OpenNestevents;
    const { app } = ours;
    await fillJournal(byHand, bench.scale.small);
    await fillJournal(ours, bench.scale.small);
    await app.get(SnapshotService).takeAll(Meter, { every: 1 });
    await fillStream(byHand, 'meter-short', FEW);
    await fillStream(ours, 'meter-short', FEW);
    await fillStream(ours, 'meter-long', length);
    await fillStream(ours, 'meter-taken', length - FEW);
    const version = await app.get(SnapshotService).take(Meter, 'meter-taken');
    if (version !== length - FEW) throw new Error(`The snapshot is of version ${version}.`);
    await ours.append('meter-taken', length - FEW, readingsFrom(length - FEW, FEW));

    const ways: [string, OpenSystem, string, number][] = [
      [BASE, byHand, 'meter-short', FEW],
      [`${FEW} events`, ours, 'meter-short', FEW],
      [`${long} events, snapshot`, ours, 'meter-taken', length],
      [`${long} events`, ours, 'meter-long', length],
    ];
    await bench.compare(
      'one caller',
      ways.map(([system, open, stream, expected]): Way => ({
        system,
        run: async (seconds) => {
          const { count, milliseconds } = await repeat(1, seconds / 2, async () => {
            const { readings } = await open.load(stream);
            if (readings !== expected) throw new Error(`Loaded ${readings} readings of ${expected}.`);
          });
          return [perSecond('loads', count, milliseconds)];
        },
      })),
    );
  },
};
