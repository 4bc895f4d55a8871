import { all } from '../harness/callers.js';
import { readingsFrom } from '../harness/reading.js';
import type { OpenSystem } from '../harness/system.js';

const STREAMS = 1_000;
const FILLERS = 8;
const AT_ONCE = 100;

/** Fills a new stream up to a length. */
export async function fillStream(open: OpenSystem, stream: string, length: number): Promise<void> {
  for (let version = 0; version < length; version += AT_ONCE) {
    await open.append(stream, version, readingsFrom(version, Math.min(AT_ONCE, length - version)));
  }
}

/** Fills a new journal: as many events, in a thousand streams. */
export async function fillJournal(open: OpenSystem, events: number): Promise<void> {
  const atOnce = Math.min(10, events / STREAMS);
  await all(FILLERS, async (filler) => {
    for (let version = 0; version < events / STREAMS; version += atOnce) {
      for (let stream = filler; stream < STREAMS; stream += FILLERS)
        await open.append(`meter-${stream}`, version, readingsFrom(version, atOnce));
    }
  });
}
