import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { Todo } from '../fixtures/todo.js';

const EVENTS = 20_000;

let pg: PostgresStore;
let reads: string[];
let failing: number | undefined;

beforeAll(async () => {
  pg = await openPostgresStore();
  await pg.dataSource.query(
    `insert into event_journal (aggregate_type, aggregate_id, aggregate_version, event_id, event_type, event_data, metadata)
     select 'todo', case when n > ${EVENTS} then 'id-' || n else 'long' end, case when n > ${EVENTS} then 1 else n end,
       gen_random_uuid(), 'todo_created', jsonb_build_object('label', n::text), '{}'
     from generate_series(1, ${EVENTS * 3}) n`,
  );
  await pg.dataSource.query('analyze event_journal');
  pg.dataSource.logger.logQuery = (sql) => {
    if (!sql.includes('event_journal')) return;
    reads.push(sql);
    if (reads.length === failing) throw new Error('This read fails');
  };
});

beforeEach(() => {
  reads = [];
  failing = undefined;
});

afterAll(() => pg.close());

const stream = { aggregate: Todo, id: 'long' };

describe('a stream of many events', () => {
  it('is read whole and in order, whatever part is asked for', async () => {
    const versions = async (options: object): Promise<number[]> => {
      const read: number[] = [];
      for await (const { aggregateVersion } of pg.store.read(stream, options)) read.push(aggregateVersion);
      return read;
    };
    const all = Array.from({ length: EVENTS }, (_, index) => index + 1);
    expect(await versions({})).toEqual(all);
    expect(await versions({ backwards: true })).toEqual(all.toReversed());
    expect(await versions({ fromVersion: 1000, toVersion: 5096 })).toEqual(all.slice(999, 5096));
    expect(await versions({ fromVersion: 18_000, limit: 1024 })).toEqual(all.slice(17_999, 19_023));
    expect(await versions({ fromVersion: 18_000, limit: 1025, backwards: true })).toEqual(
      all.toReversed().slice(0, 1025),
    );
  });

  it('is never further ahead in memory than the page after the one that is worked on', async () => {
    let pages = 0;
    for await (const page of pg.store.readPages(stream)) {
      pages += 1;
      expect(page.length).toBeLessThan(2000);
      await new Promise((resolve) => setTimeout(resolve, 2));
      expect(reads.length).toBeLessThanOrEqual(pages + 1);
    }
    expect(reads).toHaveLength(pages);
  });

  it('is left alone when nobody reads on', async () => {
    for await (const event of pg.store.read(stream)) if (event.aggregateVersion === 10) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(reads.length).toBeLessThanOrEqual(2);
  });

  it('is not fetched ahead in a transaction of the caller, whose connection it is', async () => {
    await pg.dataSource.transaction(async (manager) => {
      let pages = 0;
      for await (const page of pg.store.readPages(stream, { transaction: manager })) {
        pages += page.length > 0 ? 1 : 0;
        expect(reads).toHaveLength(pages);
      }
      expect(pages).toBeGreaterThan(10);
    });
  });

  it('fails where the page fails that was fetched ahead, after those before it', async () => {
    failing = 3;
    let read = 0;
    const reading = (async () => {
      for await (const page of pg.store.readPages(stream)) {
        read += page.length;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    await expect(reading).rejects.toThrow('This read fails');
    expect(read).toBe(2048);
  });

  it.each([
    [{}, 1024],
    [{ fromVersion: 500, toVersion: 600 }, 101],
    [{ limit: 5 }, 5],
    [{ backwards: true, limit: 5 }, 5],
    [{ asOf: new Date(Date.now() + 60_000), limit: 5 }, EVENTS + 5],
  ])('is found along its index alone, asked for %p', async (options, fetched) => {
    await pg.dataSource.transaction(async (transaction) => {
      const counts = async (): Promise<{ scans: number; rows: number }> => {
        const [found] = await transaction.query<[{ scans: number; rows: number }]>(
          `select seq_scan::int as scans, idx_tup_fetch::int as rows
           from pg_stat_xact_user_tables where relname = 'event_journal'`,
        );
        return found;
      };
      const before = await counts();
      for await (const event of pg.store.read(stream, { ...options, transaction }))
        if (event.aggregateVersion > 0) break;
      const { scans, rows } = await counts();
      expect({ scans: scans - before.scans, rows: rows - before.rows }).toEqual({ scans: 0, rows: fetched });
    });
  });
});
