import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { ConcurrencyError, DuplicateEventError, type ExpectedVersion } from 'nestevents';
import type { AppendResult, Journal, JournalRecord, StreamAppend } from '../../src/store/index.js';

const STREAMS = 4;

/** Part of an append: to which stream, what it expects, and what it appends. */
interface Part {
  readonly stream: number;
  readonly expected: ExpectedVersion | 'current';
  readonly events: number;
  /** Which of the ids that the stream was given before are put in front, from the last one on. */
  readonly again: readonly number[];
}

const part: fc.Arbitrary<Part> = fc.record({
  stream: fc.nat(STREAMS - 1),
  expected: fc.oneof(
    { weight: 3, arbitrary: fc.constant('current' as const) },
    { weight: 2, arbitrary: fc.constant('any' as const) },
    { weight: 1, arbitrary: fc.constantFrom('no-stream' as const, 'stream-exists' as const) },
    { weight: 1, arbitrary: fc.nat(6) },
  ),
  events: fc.nat(3),
  again: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.uniqueArray(fc.nat(3), { maxLength: 2 }) },
  ),
});
/** Appends that are made at once, to one stream as a rule. */
const burst = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: part.map((one) => [one]) },
    {
      weight: 1,
      arbitrary: fc.uniqueArray(part, { selector: ({ stream }) => stream, minLength: 2, maxLength: 3 }),
    },
  ),
  { minLength: 1, maxLength: 24 },
);

/** What a journal should have done, one append after the other. */
class Model {
  readonly streams = new Map<string, string[]>();
  readonly #all = new Set<string>();

  append(appends: readonly StreamAppend[]): string {
    const ids = appends.flatMap(({ records }) => records.map(({ eventId }) => eventId));
    if (ids.some((id) => this.#all.has(id)))
      return this.#again(appends) ? `again ${ids.join()}` : 'duplicate';
    for (const { aggregateId, expectedVersion } of appends) {
      const version = this.#stream(aggregateId).length;
      if (!holds(expectedVersion, version)) return `conflict ${aggregateId} ${version}`;
    }
    for (const { aggregateId, records } of appends) {
      for (const { eventId } of records) {
        this.#stream(aggregateId).push(eventId);
        this.#all.add(eventId);
      }
    }
    return `stored ${ids.join()}`;
  }

  #again(appends: readonly StreamAppend[]): boolean {
    return appends.every(({ aggregateId, records }) => {
      const places = records.map(({ eventId }) => this.#stream(aggregateId).indexOf(eventId));
      return places.every((place, index) => place >= 0 && (index === 0 || place > places[index - 1]!));
    });
  }

  #stream(id: string): string[] {
    let stream = this.streams.get(id);
    if (!stream) this.streams.set(id, (stream = []));
    return stream;
  }
}

function holds(expected: ExpectedVersion, version: number): boolean {
  if (expected === 'any') return true;
  if (expected === 'stream-exists') return version > 0;
  return version === (expected === 'no-stream' ? 0 : expected);
}

/** Bursts of appends, each at once, answered as if they had come one after the other. */
export function describeRandomAppends(name: string, createJournal: () => Promise<Journal>): void {
  describe(`appends at once on ${name}`, () => {
    let journal: Journal;
    beforeAll(async () => {
      journal = await createJournal();
      await journal.prepare();
    });

    it('are answered as one after the other would be', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(burst, { minLength: 1, maxLength: 5 }), async (bursts) => {
          const type = `t${randomUUID()}`;
          const model = new Model();
          const given = Array.from({ length: STREAMS }, () => [] as string[]);
          for (const each of bursts) {
            // As the model has them, so that the last of several "current" ones at once are conflicts.
            const versions = given.map((_, stream) => model.streams.get(String(stream))?.length ?? 0);
            const appends = each.map((parts) => parts.map((one) => toAppend(type, one, given, versions)));
            const nonEmpty = appends
              .map((some) => some.filter(({ records }) => records.length > 0))
              .filter((some) => some.length > 0);
            const answers = await Promise.all(nonEmpty.map((some) => answerOf(journal.append(some))));
            expect(answers).toEqual(nonEmpty.map((some) => model.append(some)));
          }
          for (const [id, ids] of model.streams) {
            const records = await read(journal, type, id);
            expect(records.map(({ eventId }) => eventId)).toEqual(ids);
            expect(records.map(({ aggregateVersion }) => aggregateVersion)).toEqual(ids.map((_, n) => n + 1));
            const positions = records.map(({ position }) => position);
            expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
          }
        }),
        { numRuns: 60 },
      );
    });
  });
}

function toAppend(
  aggregateType: string,
  { stream, expected, events, again }: Part,
  given: string[][],
  versions: readonly number[],
): StreamAppend {
  const before = given[stream]!;
  const ids = again.flatMap((back) => before.at(-1 - back) ?? []);
  const fresh = Array.from({ length: events }, () => randomUUID());
  before.push(...fresh);
  return {
    aggregateType,
    aggregateId: String(stream),
    expectedVersion: expected === 'current' ? versions[stream]! : expected,
    records: [...ids, ...fresh].map((eventId, index) => ({
      eventId,
      eventType: 'happened',
      eventVersion: null,
      data: index % 2 ? Buffer.from(`{"id":"${eventId}"}`) : `{"id":"${eventId}"}`,
      dataTypes: null,
      metadata: '{}',
    })),
  };
}

async function answerOf(append: Promise<AppendResult>): Promise<string> {
  try {
    const { records, repeated } = await append;
    for (const { data, eventId } of records) expect(JSON.parse(data.toString())).toEqual({ id: eventId });
    return `${repeated ? 'again' : 'stored'} ${records.map(({ eventId }) => eventId).join()}`;
  } catch (error) {
    if (error instanceof DuplicateEventError) return 'duplicate';
    if (error instanceof ConcurrencyError) return `conflict ${error.aggregateId} ${error.actualVersion}`;
    throw error;
  }
}

async function read(journal: Journal, aggregateType: string, aggregateId: string): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const page of journal.readStream({ aggregateType, aggregateId })) records.push(...page);
  return records;
}
