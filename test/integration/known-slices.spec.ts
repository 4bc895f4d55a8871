import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { partitionOf, type JournalRecord, type StreamAppend } from '../../src/store/index.js';
import { TypeOrmJournal } from '../../src/typeorm/index.js';
import { appendOf } from '../contract/journal-slices.contract.js';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';

/** What is stored last is known for this long, in milliseconds. */
const LONGEST = 100;

let pg: PostgresStore;
let head: bigint;

beforeAll(async () => {
  pg = await openPostgresStore();
});

afterAll(() => pg.close());

beforeEach(async () => {
  head = await pg.journal.head();
  // From now on somebody asks.
  pg.journal.knownSlice({ after: head, limit: 1 });
});

const types = (after = head, query = {}): string | undefined =>
  pg.journal
    .knownSlice({ after, limit: 100, ...query })
    ?.records.map(({ eventType }) => eventType)
    .join('');

const append = async (...eventTypes: string[]): Promise<readonly JournalRecord[]> =>
  (await pg.journal.append([appendOf('todo', randomUUID(), eventTypes)])).records;

it('what this process has appended is known, and that there may be more', async () => {
  await append('a', 'b');
  await append('c');
  expect(types()).toBe('abc');
  expect(pg.journal.knownSlice({ after: head, limit: 100 })).toMatchObject({ upTo: head + 3n, more: true });
  expect(types(head + 1n)).toBe('bc');
  expect(types(head + 3n)).toBeUndefined();
});

it('what is asked for is picked as when it is read', async () => {
  const appends = Array.from({ length: 20 }, () => appendOf('todo', randomUUID(), ['a', 'b']));
  const { records } = await pg.journal.append(appends);
  const query = { after: head, types: ['b', 'x'], partition: { index: 1, of: 3 }, limit: 100 };
  const known = pg.journal.knownSlice(query)!;
  const expected = records
    .filter(({ eventType, aggregateId }) => eventType === 'b' && partitionOf('todo', aggregateId, 3) === 1)
    .map(({ position }) => position);
  expect(known.records.map(({ position }) => position)).toEqual(expected.toSorted((a, b) => Number(a - b)));
  expect(known.upTo).toBe(head + 40n);
  const cut = pg.journal.knownSlice({ ...query, limit: 1 })!;
  expect(cut.records).toEqual(known.records.slice(0, 1));
  expect(cut.upTo).toBe(known.records[0]!.position);
});

it('nothing is known behind an event of others, nor behind a hole', async () => {
  await append('a');
  const others = new TypeOrmJournal(pg.dataSource);
  await others.append([appendOf('todo', randomUUID(), ['x'])]);
  await append('b');
  expect(types()).toBe('a');
  expect(types(head + 1n)).toBeUndefined();
  expect(types(head + 2n)).toBe('b');
});

it('nothing is known of what is not committed, and of what is committed with a caller', async () => {
  await append('a');
  await pg.dataSource.transaction(async (manager) => {
    await pg.journal.append([appendOf('todo', randomUUID(), ['b'])], manager);
    expect(types()).toBe('a');
  });
  expect(types()).toBe('a');
});

it('nothing is known of what was there before', async () => {
  const given = appendOf('todo', randomUUID(), ['a']);
  await pg.journal.append([given]);
  expect(types()).toBe('a');
  await sleep(LONGEST + 5);
  expect(await pg.journal.append([given])).toMatchObject({ repeated: true });
  expect(types()).toBeUndefined();
});

it('what is old, large or too much is not kept', async () => {
  const [{ position }] = (await append('a')) as [JournalRecord];
  expect(types(position - 1n)).toBe('a');
  await sleep(LONGEST + 5);
  expect(types(position - 1n)).toBeUndefined();
  const large = appendOf('todo', randomUUID(), ['a']);
  const data = JSON.stringify({ text: 'x'.repeat(20_000) });
  await pg.journal.append([{ ...large, records: [{ ...large.records[0]!, data }] }]);
  expect(types(position)).toBeUndefined();
  const many = await append(...Array.from({ length: 100 }, () => 'b'));
  expect(types(many[0]!.position)).toBeUndefined();
  expect(types(many[35]!.position)).toHaveLength(64);
});

it('nothing is kept where nobody asks', async () => {
  const journal = new TypeOrmJournal(pg.dataSource);
  await journal.append([appendOf('todo', randomUUID(), ['a'])]);
  expect(journal.knownSlice({ after: head, limit: 1 })).toBeUndefined();
});

const text = fc.string({ unit: 'grapheme' }).map((given) => given.replaceAll('\0', ''));
const key = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '10', '9', 'aa', 'é', 'z'));
const { object } = fc.letrec((tie) => ({
  object: fc.dictionary(key, tie('value'), { maxKeys: 6 }),
  value: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(
      text,
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
}));
const metadata = fc
  .tuple(object, fc.dictionary(fc.constantFrom('correlationId', 'causationId'), fc.oneof(fc.uuid(), text)))
  .map(([rest, ids]) => ({ ...(rest as object), ...ids }));

/** The text of JSON, as PostgreSQL writes it or we do. */
const compact = (json: string): string => JSON.stringify(JSON.parse(json));

it('what is known is what is read, to the order of the keys', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        object.map((each) => JSON.stringify(each)),
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      ),
      fc.option(object.map((each) => JSON.stringify(each))),
      metadata.map((each) => JSON.stringify(each)),
      async (data, dataTypes, meta) => {
        const after = await pg.journal.head();
        const id = randomUUID();
        const record = { eventId: id, eventType: 'a', eventVersion: 1, data, dataTypes, metadata: meta };
        const given: StreamAppend = { ...appendOf('todo', id, []), records: [record] };
        await pg.journal.append([given]);
        const known = pg.journal.knownSlice({ after, limit: 1 })!.records[0]!;
        const read = (await pg.journal.readSlice({ after, limit: 1 })).records[0]!;
        expect(known).toEqual({
          ...read,
          data: typeof read.data === 'string' ? compact(read.data) : read.data,
          dataTypes: read.dataTypes && compact(read.dataTypes),
          metadata: expect.any(String),
        });
        expect(compact(known.metadata)).toBe(compact(read.metadata));
      },
    ),
    { numRuns: 300 },
  );
});
