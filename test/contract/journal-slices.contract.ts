import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import {
  partitionOf,
  type Journal,
  type JournalReader,
  type JournalRecord,
  type SliceQuery,
  type StreamAppend,
} from '../../src/store/index.js';

/** An append of events without content to one stream, whatever its version. */
export function appendOf(aggregateType: string, aggregateId: string, types: readonly string[]): StreamAppend {
  const records = types.map((eventType) => ({
    eventId: randomUUID(),
    eventType,
    eventVersion: null,
    data: '{}',
    dataTypes: null,
    metadata: '{}',
  }));
  return { aggregateType, aggregateId, expectedVersion: 'any', records };
}

/** Reads slice after slice until there is no more. */
export async function readSlices(
  journal: JournalReader,
  query: Partial<SliceQuery> = {},
): Promise<{ records: JournalRecord[]; upTo: bigint; slices: number }> {
  const records: JournalRecord[] = [];
  let upTo = query.after ?? 0n;
  for (let slices = 1; ; slices += 1) {
    const slice = await journal.readSlice({ limit: 1000, ...query, after: upTo });
    expect(slice.records.length).toBeLessThanOrEqual(query.limit ?? 1000);
    expect(slice.upTo).toBeGreaterThanOrEqual(slice.records.at(-1)?.position ?? upTo);
    records.push(...slice.records);
    ({ upTo } = slice);
    if (!slice.more) return { records, upTo, slices };
  }
}

const TYPES = ['a', 'b', 'c', '__proto__', 'ü€😀'];

const arbitraryAppend = fc.record({
  aggregateType: fc.constantFrom('todo', 'note', 'constructor'),
  aggregateId: fc.oneof(fc.constantFrom('1', '2', 'ä'), fc.uuid()),
  types: fc.array(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 4 }),
});

const arbitraryQuery = fc.record(
  {
    types: fc.subarray(TYPES),
    partition: fc
      .integer({ min: 1, max: 5 })
      .chain((of) => fc.integer({ min: 0, max: of - 1 }).map((index) => ({ index, of }))),
    limit: fc.integer({ min: 1, max: 20 }),
  },
  { requiredKeys: [] },
);

/** What reading in slices has to do on every journal. */
export function describeJournalSlices(name: string, createJournal: () => Promise<Journal>): void {
  describe(`slices of the journal in ${name}`, () => {
    let journal: Journal;

    beforeAll(async () => {
      journal = await createJournal();
    });

    it('of an empty journal are empty', async () => {
      expect(await journal.head()).toBe(0n);
      expect(await journal.count({ types: TYPES, upTo: 10n })).toBe(0n);
      expect(await journal.readSlice({ after: 0n, limit: 10 })).toEqual({
        records: [],
        upTo: 0n,
        more: false,
      });
      expect(await journal.readSlice({ after: 7n, limit: 10 })).toEqual({
        records: [],
        upTo: 7n,
        more: false,
      });
    });

    it('tell how far they go and whether there is more', async () => {
      const start = await journal.head();
      await journal.append([appendOf('todo', randomUUID(), ['a', 'b', 'a', 'b', 'b'])]);
      const read = (query: Partial<SliceQuery>): Promise<unknown> =>
        journal.readSlice({ after: start, limit: 10, ...query }).then(({ records, upTo, ...rest }) => ({
          found: records.length,
          upTo: Number(upTo - start),
          ...rest,
        }));
      expect(await read({})).toEqual({ found: 5, upTo: 5, more: false });
      expect(await read({ types: ['a'] })).toEqual({ found: 2, upTo: 5, more: false });
      expect(await read({ types: ['a'], limit: 1 })).toEqual({ found: 1, upTo: 1, more: true });
      expect(await read({ types: ['other'] })).toEqual({ found: 0, upTo: 5, more: false });
      expect(await read({ types: [] })).toEqual({ found: 0, upTo: 5, more: false });
      expect(await read({ after: start + 5n })).toEqual({ found: 0, upTo: 5, more: false });
      expect(await read({ after: start + 99n })).toEqual({ found: 0, upTo: 99, more: false });
    });

    it('are nothing where nothing is asked for', async () => {
      await journal.append([appendOf('todo', randomUUID(), ['a'])]);
      for await (const page of journal.readAll({ after: 0n, limit: 0 })) expect(page).toEqual([]);
    });

    it('answer whole records', async () => {
      const { records } = await journal.append([appendOf('todo', randomUUID(), ['a', 'b'])]);
      const { records: read } = await journal.readSlice({ after: records[0]!.position - 1n, limit: 2 });
      expect(read).toEqual(records);
    });

    it('together give exactly the events asked for, once and in order', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(arbitraryAppend, { maxLength: 12 }),
          fc.array(arbitraryQuery, { minLength: 1, maxLength: 4 }),
          async (appends, queries) => {
            const start = await journal.head();
            const stored: JournalRecord[] = [];
            for (const { aggregateType, aggregateId, types } of appends) {
              stored.push(...(await journal.append([appendOf(aggregateType, aggregateId, types)])).records);
            }
            const head = await journal.head();
            expect(head - start).toBe(BigInt(stored.length));
            for (const query of queries) {
              const { records, upTo } = await readSlices(journal, { ...query, after: start });
              expect(records).toEqual(stored.filter((record) => isAskedFor(query, record)));
              expect(upTo).toBe(head);
            }
          },
        ),
        { numRuns: 60 },
      );
    });

    it('are told apart by partition: each event is in exactly one', async () => {
      const start = await journal.head();
      for (let n = 0; n < 40; n += 1) await journal.append([appendOf('todo', randomUUID(), ['a'])]);
      const parts = await Promise.all(
        [0, 1, 2].map((index) => readSlices(journal, { after: start, partition: { index, of: 3 } })),
      );
      const positions = parts.flatMap(({ records }) => records.map(({ position }) => position));
      expect(new Set(positions).size).toBe(40);
      expect(positions).toHaveLength(40);
    });

    it('can be counted', async () => {
      const start = await journal.count({ types: ['a', 'b'], upTo: await journal.head() });
      const { records } = await journal.append([appendOf('todo', randomUUID(), ['a', 'b', 'c', 'a'])]);
      const upTo = (index: number): bigint => records[index]!.position;
      expect(await journal.count({ types: ['a', 'b'], upTo: upTo(3) })).toBe(start + 3n);
      expect(await journal.count({ types: ['a', 'b'], upTo: upTo(2) })).toBe(start + 2n);
      expect(await journal.count({ types: ['a', 'b'], after: upTo(0), upTo: upTo(3) })).toBe(2n);
      expect(await journal.count({ types: [], upTo: upTo(3) })).toBe(0n);
    });
  });
}

function isAskedFor(
  { types, partition }: Pick<SliceQuery, 'types' | 'partition'>,
  { eventType, aggregateType, aggregateId }: JournalRecord,
): boolean {
  if (types && !types.includes(eventType)) return false;
  return !partition || partitionOf(aggregateType, aggregateId, partition.of) === partition.index;
}
