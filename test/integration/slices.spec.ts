import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { DataSource, QueryRunner } from 'typeorm';
import { partitionOf, type JournalSlice } from '../../src/store/index.js';
import { TypeOrmJournal } from '../../src/typeorm/index.js';
import { appendOf, describeJournalSlices, readSlices } from '../contract/journal-slices.contract.js';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { killBackends } from '../postgres/faults.js';

let contractStore: PostgresStore;

describeJournalSlices('PostgreSQL', async () => {
  contractStore = await openPostgresStore();
  return contractStore.journal;
});

afterAll(() => contractStore.close());

let pg: PostgresStore;
const runners: QueryRunner[] = [];

beforeEach(async () => {
  pg = await openPostgresStore();
});

afterEach(async () => {
  for (const runner of runners.splice(0)) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    await runner.release();
  }
  await pg.close();
});

async function transaction(dataSource: DataSource = pg.dataSource): Promise<QueryRunner> {
  const runner = dataSource.createQueryRunner();
  runners.push(runner);
  await runner.startTransaction();
  return runner;
}

async function append(type: string, runner?: QueryRunner): Promise<bigint> {
  const { records } = await pg.journal.append([appendOf('todo', randomUUID(), [type])], runner?.manager);
  return records[0]!.position;
}

/** Reads on while the answer is that the next one decides. */
async function read(after = 0n, journal = pg.journal): Promise<JournalSlice> {
  let slice = await journal.readSlice({ after, limit: 100 });
  while (slice.records.length === 0 && slice.more) {
    slice = await journal.readSlice({ after: slice.upTo, limit: 100 });
  }
  return slice;
}

const types = ({ records }: { records: readonly { eventType: string }[] }): string =>
  records.map(({ eventType }) => eventType).join('');

async function pidOf(runner: QueryRunner): Promise<number> {
  const [row] = (await runner.query('select pg_backend_pid() as pid')) as { pid: number }[];
  return row!.pid;
}

describe('a slice', () => {
  it('ends at once before an event that is not committed, and names who is in the way', async () => {
    await append('a');
    const open = await transaction();
    const missing = await append('b', open);
    await append('c');
    const began = performance.now();
    const slice = await read();
    expect(performance.now() - began).toBeLessThan(1000);
    expect(types(slice)).toBe('a');
    expect(slice).toMatchObject({
      upTo: missing - 1n,
      more: false,
      blockedBy: { position: missing, holders: [{ pid: await pidOf(open), preparedAs: null }] },
    });
    const [holder] = slice.blockedBy!.holders;
    expect(Math.abs(Date.now() - holder!.since!.getTime())).toBeLessThan(5000);
    expect(holder!.age).toBeGreaterThanOrEqual(0);
    expect(holder!.age).toBeLessThan(5000);
    await open.commitTransaction();
    expect(types(await read(slice.upTo))).toBe('bc');
  });

  it('is blocked exactly as long as the transaction runs, for all who follow', async () => {
    const open = await transaction();
    await append('lost', open);
    for (let n = 0; n < 20; n += 1) await append('x');
    for (let n = 0; n < 5; n += 1) {
      expect(await read()).toMatchObject({ records: [], upTo: 0n, blockedBy: { position: 1n } });
      expect(await pg.journal.readSlice({ after: 0n, types: ['other'], limit: 1 })).toMatchObject({
        upTo: 0n,
        blockedBy: { position: 1n },
      });
    }
    await open.commitTransaction();
    expect((await read()).records).toHaveLength(21);
    expect(await pg.journal.readSlice({ after: 0n, types: ['other'], limit: 1 })).toEqual({
      records: [],
      upTo: 21n,
      more: false,
    });
  });

  it('does not read behind a hole while nothing changes there', async () => {
    const open = await transaction();
    await append('lost', open);
    await append('x');
    await read();
    const statements: string[] = [];
    const query = pg.dataSource.query.bind(pg.dataSource);
    pg.dataSource.query = ((sql: string, parameters: unknown[]) => {
      statements.push(sql);
      return query(sql, parameters);
    }) as DataSource['query'];
    await Promise.all(Array.from({ length: 30 }, () => read()));
    // They share their looks at who is writing, and nobody reads the table.
    expect(statements.length).toBeLessThanOrEqual(2);
    expect(statements.every((sql) => sql.includes('pg_locks'))).toBe(true);
  });

  it('passes the hole of a rollback at once', async () => {
    const open = await transaction();
    await append('lost', open);
    await append('a');
    await open.rollbackTransaction();
    expect(types(await read())).toBe('a');
  });

  it('passes the hole of a killed connection', async () => {
    const open = await transaction();
    await append('lost', open);
    await append('a');
    expect(types(await read())).toBe('');
    await killBackends(pg.database, `state = 'idle in transaction'`);
    expect(types(await read())).toBe('a');
  });

  it('passes the hole of a savepoint that was rolled back', async () => {
    const open = await transaction();
    await open.query('savepoint s');
    await append('lost', open);
    await open.query('rollback to savepoint s');
    await append('a');
    expect(types(await read())).toBe('a');
  });

  it('passes old holes although there is a writer at every moment', async () => {
    let open = await transaction();
    await append('lost', open);
    await append('0');
    let after = 0n;
    for (let n = 1; n <= 5; n += 1) {
      expect(await read(after)).toMatchObject({ records: [], upTo: after });
      const next = await transaction();
      await append('lost', next);
      await open.rollbackTransaction();
      await append(`${n}`);
      const slice = await read(after);
      expect(types(slice)).toBe(`${n - 1}`);
      expect(slice.blockedBy?.holders).toHaveLength(1);
      after = slice.upTo;
      open = next;
    }
  });

  it('does not stop a newcomer at holes that were seen to be settled, though somebody writes for long', async () => {
    const lost = await transaction();
    await append('lost', lost);
    await append('a');
    await lost.rollbackTransaction();
    const { upTo } = await read();
    const long = await transaction();
    await append('b', long);
    await append('c');
    expect(await read(upTo)).toMatchObject({ records: [], blockedBy: { position: upTo + 1n } });
    expect(types(await read(0n))).toBe('a');
  });

  it('is not held up by transactions that have nothing to do with the journal', async () => {
    await pg.dataSource.query('create table other (n int)');
    const writer = await transaction();
    await writer.query('insert into other values (1)');
    const withXid = await transaction();
    await withXid.query('select txid_current()');
    const reader = await transaction();
    await reader.query('set transaction isolation level repeatable read');
    await reader.query('select count(*) from event_journal');
    const open = await transaction();
    await append('lost', open);
    await append('a');
    await open.rollbackTransaction();
    expect(await read()).toMatchObject({ upTo: 2n, more: false });
  });

  it('waits for a transaction that is prepared, and for one that is being prepared between two slices', async () => {
    const open = await transaction();
    await append('a', open);
    await append('b');
    expect((await read()).blockedBy?.holders).toMatchObject([{ preparedAs: null }]);
    await open.query(`prepare transaction 'the gid'`);
    await open.rollbackTransaction().catch(() => undefined);
    for (const journal of [pg.journal, new TypeOrmJournal(pg.dataSource)]) {
      const { blockedBy, records } = await read(0n, journal);
      expect(records).toEqual([]);
      expect(blockedBy).toMatchObject({ position: 1n, holders: [{ pid: null, preparedAs: 'the gid' }] });
      expect(blockedBy!.holders[0]!.since).toBeInstanceOf(Date);
    }
    await pg.dataSource.query(`commit prepared 'the gid'`);
    expect(types(await read())).toBe('ab');
  });

  it('goes on from a checkpoint after a restore into a new database', async () => {
    await append('a');
    const open = await transaction();
    await append('lost', open);
    const checkpoint = await append('b');
    await open.rollbackTransaction();
    await append('c');
    expect((await readSlices(pg.journal)).records).toHaveLength(3);
    const restored = await openPostgresStore();
    try {
      const rows = await pg.dataSource.query<unknown[]>('select to_jsonb(j) as row from event_journal j');
      await restored.dataSource.query(
        `insert into event_journal select (jsonb_populate_record(null::event_journal, r -> 'row')).* from jsonb_array_elements($1::jsonb) r`,
        [JSON.stringify(rows)],
      );
      await restored.dataSource.query(`select setval('event_journal_position_seq', 4)`);
      await restored.journal.append([appendOf('todo', randomUUID(), ['d'])]);
      const { records } = await readSlices(restored.journal, { after: checkpoint });
      expect(types({ records })).toBe('cd');
      expect(types(await readSlices(restored.journal))).toBe('abcd');
    } finally {
      await restored.close();
    }
  });

  it('passes a jump of the sequence', async () => {
    await append('a');
    await pg.dataSource.query(`select setval('event_journal_position_seq', 90000)`);
    await append('b');
    expect(await read(1n)).toMatchObject({ upTo: 90001n, more: false });
    expect(types(await readSlices(pg.journal))).toBe('ab');
  });

  it('is the same however far apart the events are, with holes among them', async () => {
    await pg.dataSource.query(
      `insert into event_journal (position, aggregate_type, aggregate_id, aggregate_version, event_id, event_type, event_data, metadata)
       select n, 'todo', 'id-' || n, 1, gen_random_uuid(),
         case when n % 701 = 0 then 'rare' when n < 900 then 'first' else 'later' end, '{}', '{}'
       from generate_series(1, 5000) n where n % 97 <> 0;
       select setval('event_journal_position_seq', 5000)`,
    );
    await readSlices(pg.journal); // settles the holes, before somebody who might fill them
    const open = await transaction();
    await append('rare', open);
    await append('rare');
    const last = 5000n;
    const all = await pg.dataSource.query<{ type: string; at: string }[]>(
      `select event_type as type, position::text as at from event_journal where position <= ${last} order by position`,
    );
    const rare = all.filter(({ type }) => type === 'rare').map(({ at }) => BigInt(at));
    const queries: [string[], number[]][] = [
      [['rare'], [1, 3, 1000]],
      [
        ['first', 'rare'],
        [20, 150, 1000],
      ],
      [['later'], [150, 1000]],
    ];
    for (const [wanted, limits] of queries) {
      const expected = all.filter(({ type }) => wanted.includes(type)).map(({ at }) => at);
      for (const limit of limits) {
        const found = await readSlices(pg.journal, { types: wanted, limit });
        expect(found.records.map(({ position }) => String(position))).toEqual(expected);
        expect(found.upTo).toBe(last);
      }
    }
    const slice = await pg.journal.readSlice({ after: 0n, types: ['rare'], limit: 2 });
    expect(slice).toMatchObject({ upTo: rare[1], more: true });
    await open.commitTransaction();
    expect((await readSlices(pg.journal, { types: ['rare'] })).records).toHaveLength(rare.length + 2);
  });

  it('knows nothing any more about a journal that was emptied under it', async () => {
    for (let n = 0; n < 5; n += 1) await append('a');
    const lost = await transaction();
    await append('lost', lost);
    await lost.rollbackTransaction();
    await append('a');
    expect((await readSlices(pg.journal)).upTo).toBe(7n);
    await pg.dataSource.query('truncate event_journal restart identity');
    const open = await transaction();
    await append('b', open);
    await append('c');
    expect(await read()).toMatchObject({ records: [], blockedBy: { position: 1n } });
    await open.commitTransaction();
    expect(types(await read())).toBe('bc');
  });
});

describe('the partition', () => {
  it('is the same in the database, whatever an aggregate is called', async () => {
    // What PostgreSQL can store: no NUL, no lone surrogate.
    const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((each) => !each.includes('\0'));
    const names = fc.sample(fc.tuple(text, text), 5000);
    names.push(
      ['todo', 'ä'.normalize('NFD')],
      ['todo', 'ä'.normalize('NFC')],
      ['', ''],
      ['a b', 'c'],
      ['a', 'b c'],
    );
    await pg.dataSource.query(
      `insert into event_journal (aggregate_type, aggregate_id, aggregate_version, event_id, event_type, event_data, metadata)
       select t, i, row_number() over (partition by t, i), gen_random_uuid(), 'e', '{}', '{}'
       from unnest($1::text[], $2::text[]) as names (t, i)`,
      [names.map(([type]) => type), names.map(([, id]) => id)],
    );
    for (const partitions of [2, 3, 7, 64]) {
      for (const index of [0, partitions - 1]) {
        const { records } = await readSlices(pg.journal, { partition: { index, of: partitions } });
        const expected = names.filter(([type, id]) => partitionOf(type, id, partitions) === index);
        expect(
          records.map(({ aggregateType, aggregateId }) => `${aggregateType} ${aggregateId}`).sort(),
        ).toEqual(expected.map(([type, id]) => `${type} ${id}`).sort());
      }
    }
  });
});

describe('a journal of 200,000 events', () => {
  it('is read along its index, a limited part at a time', async () => {
    await pg.dataSource.query(
      `insert into event_journal (aggregate_type, aggregate_id, aggregate_version, event_id, event_type, event_data, metadata)
       select 'todo', 'id-' || n, 1, gen_random_uuid(), case when n % 50000 = 0 then 'rare' else 'common' end, '{}', '{}'
       from generate_series(1, 200000) n`,
    );
    const one = await openPostgresStore({ database: pg.database, poolSize: 1 });
    try {
      const reads = async (): Promise<{ whole: number; rows: number }> => {
        await one.dataSource.query('select pg_stat_force_next_flush()');
        const [row] = await one.dataSource.query<{ whole: string; rows: string }[]>(
          `select seq_scan::text as whole, idx_tup_fetch::text as rows
           from pg_stat_user_tables where relname = 'event_journal'`,
        );
        return { whole: Number(row!.whole), rows: Number(row!.rows) };
      };
      for (const analyzed of [false, true]) {
        if (analyzed) await pg.dataSource.query('analyze event_journal');
        const before = await reads();
        const { records, slices } = await readSlices(one.journal, { types: ['rare'], limit: 100 });
        expect(records).toHaveLength(4);
        await readSlices(one.journal, {
          after: 100_000n,
          partition: { index: 1, of: 3 },
          types: ['rare'],
          limit: 100,
        });
        await one.journal.readSlice({ after: 199_000n, limit: 100 });
        await one.journal.readSlice({ after: 0n, types: ['common'], limit: 1 });
        await one.journal.head();
        const after = await reads();
        expect(slices).toBeLessThanOrEqual(101);
        expect(after.whole).toBe(before.whole);
        // One pass over all, one over half, and three that end early.
        expect(after.rows - before.rows).toBeLessThan(310_000);
        expect(after.rows - before.rows).toBeGreaterThan(100);
      }
    } finally {
      await one.close();
    }
  });
});
