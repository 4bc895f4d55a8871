import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { JournalSlice, NewRecord, SliceQuery } from '../../src/store/index.js';
import { newRecord } from '../fixtures/odd-records.js';
import { openOneConnectionStore, plainRecord, preparedReads } from '../fixtures/one-connection-store.js';
import type { PostgresStore } from '../fixtures/postgres-store.js';

const LARGE = 5000n;

let pg: PostgresStore;

beforeEach(async () => {
  pg = await openOneConnectionStore();
});
afterEach(async () => pg.close());

const plain = (): NewRecord => plainRecord(randomUUID());

async function append(records: readonly NewRecord[]): Promise<void> {
  const stream = { aggregateType: 'odd\u001f', aggregateId: randomUUID() };
  await pg.journal.append([{ ...stream, expectedVersion: 'any', records }]);
}

/** Has the journal look large to who reads it. */
async function grow(): Promise<void> {
  await pg.dataSource.query(`select setval(pg_get_serial_sequence('event_journal', 'position'), $1)`, [
    String(LARGE),
  ]);
}

const prepared = (): Promise<string[]> => preparedReads(pg);

const slice = (query: Partial<SliceQuery>): Promise<JournalSlice> =>
  pg.journal.readSlice({ after: LARGE, limit: 200, ...query });

it('reads the beginning of a journal by statements without names, and all else by few with names', async () => {
  await append([plain()]);
  await slice({ after: 0n });
  expect(await prepared()).toEqual([]);
  await grow();
  await append(Array.from({ length: 300 }, () => plain()));
  for (let limit = 1; limit < 250; limit += 7) await slice({ limit });
  expect((await prepared()).length).toBeLessThanOrEqual(2);
  expect((await slice({ limit: 100 })).records).toHaveLength(100);
  for (const sql of await prepared()) expect(sql).toMatch(/limit \d00$/);
});

it('answers what the statements answer that have no names, whatever is stored', async () => {
  await grow();
  let after = LARGE;
  await fc.assert(
    fc.asyncProperty(fc.array(newRecord, { minLength: 2, maxLength: 5 }), async (records) => {
      await append(records);
      const { more, ...open } = await slice({ after });
      expect(open.records.map(({ eventId }) => eventId)).toEqual(records.map(({ eventId }) => eventId));
      expect(await pg.dataSource.transaction((transaction) => slice({ after, transaction }))).toEqual({
        ...open,
        more,
      });
      after = open.upTo;
    }),
    { numRuns: 150 },
  );
  const types = (await slice({ limit: 2_000 })).records
    .filter((_, n) => n % 3 > 0)
    .map((each) => each.eventType);
  const partition = { index: 1, of: 2 };
  // Now much of it is settled.
  for (const query of [{}, { types }, { partition }, { types, partition }]) {
    const { records } = await slice({ ...query, limit: 100 });
    const { records: others } = await slice({ ...query, limit: 99 });
    expect(others.length).toBeGreaterThan(30);
    expect(records.slice(0, others.length)).toEqual(others);
  }
  expect((await prepared()).length).toBeGreaterThan(4);
});

it('goes on without names where the connection has forgotten them, or a column was added', async () => {
  await grow();
  await append([plain(), plain()]);
  const { records } = await slice({});
  await pg.dataSource.query('deallocate all');
  expect(await slice({})).toMatchObject({ records });
  await pg.dataSource.query('alter table event_journal add column mine int');
  expect(await slice({})).toMatchObject({ records });
});
