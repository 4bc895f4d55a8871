import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { JournalRecord, StreamQuery } from '../../src/store/index.js';
import { JournalInspection, TypeOrmSnapshotStorage } from '../../src/typeorm/index.js';
import { newRecord, text } from '../fixtures/odd-records.js';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { Todo } from '../fixtures/todo.js';

const FUNCTIONS = 'event_journal_read_stream_v1, event_snapshot_read_tail_v1';

let pg: PostgresStore;

beforeEach(async () => {
  pg = await openPostgresStore();
});
afterEach(async () => pg.close());

async function read(query: Partial<StreamQuery> & { aggregateId: string }): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const page of pg.journal.readStream({ aggregateType: 'odd', ...query })) records.push(...page);
  return records;
}

async function readTail(aggregateId: string) {
  const shapes = { snapshotVersion: 1, shape: 'shape' };
  return new TypeOrmSnapshotStorage(pg.dataSource).read({ aggregateType: 'odd', aggregateId, ...shapes });
}

describe('the functions that read', () => {
  it('answer what the statements answer, whatever is stored', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(newRecord, { minLength: 1, maxLength: 5 }), async (records) => {
        const aggregateId = randomUUID();
        await pg.journal.append([{ aggregateType: 'odd', aggregateId, expectedVersion: 0, records }]);
        const byStatement = (await read({ aggregateId, backwards: true })).toReversed();
        expect(byStatement.map(({ eventType }) => eventType)).toEqual(
          records.map(({ eventType }) => eventType),
        );
        expect(await read({ aggregateId })).toEqual(byStatement);
        expect(await readTail(aggregateId)).toEqual({
          snapshot: undefined,
          records: byStatement,
          more: false,
        });
      }),
      { numRuns: 100 },
    );
  });

  it('answer a snapshot whose state is any text', async () => {
    const storage = new TypeOrmSnapshotStorage(pg.dataSource);
    await fc.assert(
      fc.asyncProperty(text, async (state) => {
        const snapshot = {
          aggregateType: 'odd',
          aggregateId: randomUUID(),
          aggregateVersion: 3,
          snapshotVersion: 1,
          shape: 'shape',
          eventId: randomUUID(),
          until: new Date(1_764_432_000_123),
          checksum: 'checksum',
          state,
        };
        await storage.write(snapshot);
        expect(await readTail(snapshot.aggregateId)).toEqual({ snapshot, records: [], more: false });
      }),
      { numRuns: 50 },
    );
  });

  it('use the index in a connection that made its plans when the tables were empty', async () => {
    await pg.dataSource.transaction(async (transaction) => {
      const shapes = { snapshotVersion: 1, shape: 'shape' };
      const storage = new TypeOrmSnapshotStorage(pg.dataSource);
      const both = async () => {
        const aggregateId = 'id-7';
        const page = await read({ aggregateId, limit: 10, transaction });
        const tail = await storage.read({
          aggregateType: 'odd',
          aggregateId,
          toVersion: 30,
          ...shapes,
          transaction,
        });
        return [page.length, tail.snapshot?.aggregateVersion, tail.records.length];
      };
      expect(await both()).toEqual([0, undefined, 0]);
      await transaction.query(`
        insert into event_journal (aggregate_type, aggregate_id, aggregate_version, event_id, event_type, event_data, metadata)
        select 'odd', 'id-' || n % 20, n / 20 + 1, gen_random_uuid(), 'odd', '{}', '{}' from generate_series(0, 19999) n;
        insert into event_snapshot (aggregate_type, aggregate_id, aggregate_version, snapshot_version, event_id,
          until_date, shape, checksum, state)
        select 'odd', 'id-' || n % 20, n / 20 + 1, 1, gen_random_uuid(), now(), 'shape', '', ''
        from generate_series(0, 19999) n`);
      const scans = async () =>
        transaction.query<{ relname: string; seq_scan: number; fetched: number }[]>(`
          select relname, seq_scan::int, idx_tup_fetch::int as fetched from pg_stat_xact_user_tables
          where relname in ('event_journal', 'event_snapshot') order by relname`);
      const before = await scans();
      expect(await both()).toEqual([10, 30, 1]);
      const after = await scans();
      expect(after.map((table, n) => [table.seq_scan, table.fetched - before[n]!.fetched])).toEqual([
        [0, 11],
        [0, 1],
      ]);
    });
  });

  it('see what a statement in the same transaction sees', async () => {
    const versionsOf = async (id: string, transaction: StreamQuery['transaction']): Promise<number> =>
      (await read({ aggregateType: 'todo', aggregateId: id, transaction })).length;
    for (const [level, seen] of [
      ['READ COMMITTED', 2],
      ['REPEATABLE READ', 1],
    ] as const) {
      const todo = Todo.create(randomUUID(), 'first');
      await pg.todos.save(todo);
      await pg.dataSource.transaction(level, async (transaction) => {
        expect(await versionsOf(todo.id, transaction)).toBe(1);
        const mine = Todo.create(randomUUID(), 'mine');
        await pg.todos.save(mine, { transaction });
        expect(await versionsOf(mine.id, transaction)).toBe(1);
        await pg.todos.save(Todo.create(randomUUID(), 'other'));
        const again = await pg.todos.load(todo.id);
        again.changeLabel('second');
        await pg.todos.save(again);
        expect(await versionsOf(todo.id, transaction)).toBe(seen);
      });
    }
  });

  it('give up when the time for a statement is over, and the connection is as good as before', async () => {
    const url = new URL(pg.database.directUrl);
    url.searchParams.set('options', '-c statement_timeout=300');
    const impatient = await openPostgresStore({ database: pg.database, url: url.href, poolSize: 1 });
    await pg.todos.save(Todo.create('1', 'a'));
    await pg.dataSource.transaction(async (manager) => {
      await manager.query('lock table event_journal in access exclusive mode');
      await expect(impatient.todos.load('1')).rejects.toThrow('canceling statement due to statement timeout');
    });
    expect(await impatient.todos.load('1')).toMatchObject({ label: 'a' });
    await impatient.close();
  });

  it('are made at the start where they are missing, also before there is a table of snapshots', async () => {
    await pg.todos.save(Todo.create('1', 'a'));
    await pg.dataSource.query(`drop function ${FUNCTIONS}; drop table event_snapshot`);
    await expect(pg.todos.load('1')).rejects.toThrow(
      /function event_journal_read_stream_v1\(.*\) does not exist/,
    );
    await pg.journal.prepare();
    expect(await pg.todos.load('1')).toMatchObject({ label: 'a' });
    await expect(readTail('1')).rejects.toThrow('relation "event_snapshot" does not exist');
  });

  it('are not needed to look into the journal of an older deployment', async () => {
    await pg.todos.save(Todo.create('1', 'a'));
    await pg.dataSource.query(`drop function ${FUNCTIONS}`);
    const inspection = await JournalInspection.open(pg.database.url);
    const pages: number[] = [];
    for await (const page of inspection.stream('todo', '1')) pages.push(page.length);
    expect(pages).toEqual([1]);
    await inspection.close();
  });

  it('are an error of the start when the role may not call them', async () => {
    const role = `uncalled_${randomUUID().slice(0, 8)}`;
    await pg.dataSource.query(`
      revoke execute on function ${FUNCTIONS} from public;
      create role ${role} login password 'uncalled';
      grant select, insert on all tables in schema public to ${role}`);
    const url = Object.assign(new URL(pg.database.url), { username: role, password: 'uncalled' });
    const opening = openPostgresStore({ database: pg.database, url: url.href });
    await expect(opening).rejects.toThrow(
      /The functions that read "event_journal" are missing, or this role may not call them.*as the owner/,
    );
    await pg.dataSource.query(`drop owned by ${role}; drop role ${role}`);
  });
});
