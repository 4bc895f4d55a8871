import type { Bench, Way, Workload } from '../harness/bench.js';
import { repeat } from '../harness/callers.js';
import { readingOf } from '../harness/reading.js';
import { inMilliseconds, type Figure } from '../harness/sample.js';
import { median } from '../harness/statistics.js';
import { fillBySql } from '../systems/nestevents/journal-rows.js';
import { OpenNestevents } from '../systems/nestevents/nestevents-system.js';
import { startApp } from '../systems/nestevents/nestevents-app.js';
import { plansOf } from '../systems/nestevents/query-plans.js';

/** Events of each stream. */
const LENGTH = 10;
/** As many streams are in use. */
const BUSY = 100;
const SMALL = 'small journal';
const LARGE = 'large journal';

/** Whether the size of the journal costs anything. */
export const large: Workload = {
  name: 'large',
  title: 'A large journal',
  about:
    `Loads and appends of streams of ${LENGTH} events, spread over a small journal of ten thousand events and over a large one ` +
    `of ten million (where nothing else is said): ${BUSY} streams are in use, or any stream at random.`,
  base: SMALL,
  apart: true,
  run: async (bench) => {
    const journals = [
      await fill(bench, SMALL, bench.scale.small),
      await fill(bench, LARGE, bench.scale.large),
    ];
    const compare = (name: string, run: (journal: Journal) => () => Promise<void>): Promise<void> =>
      bench.compare(
        name,
        journals.map((journal): Way => ({
          system: journal.name,
          run: (seconds) => timeOf(run(journal), seconds),
        })),
      );
    await compare('load, streams in use', (journal) => {
      const next = inTurn(journal);
      return () => load(journal, next());
    });
    await compare('load, any stream', (journal) => () => load(journal, anyOf(journal)));
    const appended = new Map(journals.map((journal) => [journal, inTurn(journal)]));
    await compare('append, streams in use', (journal) => () => append(journal, appended.get(journal)!()));
    await compare('append, any stream', (journal) => () => append(journal, anyOf(journal)));
    await explain(bench, journals[1]!);
  },
};

interface Journal {
  readonly name: string;
  readonly url: string;
  readonly events: number;
  readonly streams: number;
  readonly open: OpenNestevents;
  /** Versions that are not {@link LENGTH} any more. */
  readonly versions: Map<string, number>;
}

async function fill(bench: Bench, name: string, events: number): Promise<Journal> {
  const url = await bench.createDatabase();
  const open = await bench.closing(startApp(url).then((app) => new OpenNestevents(url, app)));
  const streams = events / LENGTH;
  const begun = performance.now();
  await fillBySql(url, events, { streams });
  const took = ((performance.now() - begun) / 1_000).toFixed(0);
  console.log(`Filled the ${name} with ${events.toLocaleString('en')} events in ${took} s.`);
  return { name, url, events, streams, open, versions: new Map() };
}

/** Streams in use, spread evenly over all. */
function inTurn({ streams }: Journal): () => string {
  let turn = 0;
  return () => `meter-${Math.floor((streams / BUSY) * (turn++ % BUSY))}`;
}

function anyOf({ streams }: Journal): string {
  return `meter-${Math.floor(Math.random() * streams)}`;
}

async function load({ open, versions }: Journal, stream: string): Promise<void> {
  const { readings } = await open.load(stream);
  const expected = versions.get(stream) ?? LENGTH;
  if (readings !== expected) throw new Error(`Loaded ${readings} events of ${expected}.`);
}

async function append({ open, versions }: Journal, stream: string): Promise<void> {
  const version = versions.get(stream) ?? LENGTH;
  await open.append(stream, version, [readingOf(version)]);
  versions.set(stream, version + 1);
}

/** The time in the middle: a mean would tell more of the disk than of the journal. */
async function timeOf(act: () => Promise<void>, seconds: number): Promise<Figure[]> {
  const { times } = await repeat(1, seconds, act);
  return [inMilliseconds('p50', median(times))];
}

async function explain(bench: Bench, { name, url, events, streams }: Journal): Promise<void> {
  const plans = await plansOf(url, {
    load: (open) => open.load(`meter-${Math.floor(streams / 3) + 1}`),
    append: (open, turn) => open.append(`meter-explained-${turn}`, 0, [readingOf(1)]),
  });
  for (const [what, plan] of Object.entries(plans)) {
    await bench.recorder.add({
      workload: large.name,
      title: `How PostgreSQL does ${what === 'load' ? 'a load' : 'an append'} in the ${name} of ${events.toLocaleString('en')} events:`,
      note: plan,
    });
  }
}
