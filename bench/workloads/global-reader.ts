import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Way, Workload } from '../harness/bench.js';
import { all, repeat } from '../harness/callers.js';
import { perSecond, type Figure } from '../harness/sample.js';
import { openNesteventsJournal } from '../systems/nestevents/held-journal.js';
import { openRawJournal } from '../systems/raw/held-journal.js';

const WRITERS = 16;
const HOLD = 30;

/** A journal with writers and a reader of its own. */
export interface HeldJournal {
  readonly name: string;
  /** Appends in a transaction that stays open for a while. @returns the id of the event */
  append(writer: number, hold: number): Promise<string>;
  /** Reads on behind what this reader has read. @returns the ids of the events that are new to it */
  readOn(): Promise<string[]>;
  close(): Promise<void>;
}

/** Follows the journal while many write to it. */
export const globalReader: Workload = {
  name: 'global-reader',
  title: 'Following the journal while it is written',
  about:
    `${WRITERS} writers append in transactions of their own, and a reader with connections of its own follows: raw pg asks again and again ` +
    'for what has a higher position than the last it saw, nestevents reads on with `readAll({ after })`. ' +
    'An event that the reader has not seen long after all is committed is missed for good.',
  run: async (bench) => {
    const journals = [
      await bench.closing(openRawJournal(await bench.createDatabase())),
      await bench.closing(openNesteventsJournal(await bench.createDatabase())),
    ];
    await compare(bench, 'as it comes', journals, async (journal, seconds) => {
      const unread = await repeat(WRITERS, seconds, (writer) => journal.append(writer, 0));
      // What was written meanwhile is not to be read in the next slice.
      await readToEnd(journal, () => {});
      const [read, missed] = await follow(journal, 0, seconds);
      const { value } = perSecond('', unread.count, unread.milliseconds);
      return [
        read!,
        missed!,
        { figure: 'rate, if nobody reads = 1', value: read!.value / value, better: 'more' },
      ];
    });
    await compare(bench, `commits held open 0 to ${HOLD} ms`, journals, (journal, seconds) =>
      follow(journal, HOLD, seconds),
    );
  },
};

async function compare(
  bench: Bench,
  name: string,
  journals: readonly HeldJournal[],
  run: (journal: HeldJournal, seconds: number) => Promise<Figure[]>,
): Promise<void> {
  const ways = journals.map((journal): Way => ({
    system: journal.name,
    run: (seconds) => run(journal, seconds),
  }));
  await bench.compare(name, ways);
}

async function follow(journal: HeldJournal, hold: number, seconds: number): Promise<Figure[]> {
  const written: string[] = [];
  const seen = new Set<string>();
  const see = (ids: readonly string[]): void => {
    for (const id of ids)
      if (seen.has(id)) throw new Error('An event was read twice.');
      else seen.add(id);
  };
  const writing = { goesOn: true };
  const reader = (async (): Promise<void> => {
    while (writing.goesOn) {
      see(await journal.readOn());
      await sleep(1);
    }
    await readToEnd(journal, see);
  })();
  const writers = repeat(WRITERS, seconds, async (writer) => {
    written.push(await journal.append(writer, Math.random() * hold));
  }).finally(() => (writing.goesOn = false));
  await all(2, (index) => [writers, reader][index]!);
  const { count, milliseconds } = await writers;
  const missed = written.filter((id) => !seen.has(id)).length;
  return [
    perSecond('appends', count, milliseconds),
    { figure: '% of events missed', value: (missed / count) * 100, better: 'less' },
  ];
}

/** Until the reader has found nothing for a while. */
async function readToEnd(journal: HeldJournal, see: (ids: readonly string[]) => void): Promise<void> {
  for (let quiet = 0; quiet < 5;) {
    const ids = await journal.readOn();
    see(ids);
    quiet = ids.length === 0 ? quiet + 1 : 0;
    await sleep(10);
  }
}
