import { randomUUID } from 'node:crypto';
import { Aggregate, AggregateRepository } from 'nestevents';
import type { DataSource } from 'typeorm';
import { TypeOrmSnapshotStorage } from '../../src/typeorm/index.js';
import { describeSnapshots } from '../contract/snapshots.contract.js';
import { Entered, Ledger, stateOf } from '../fixtures/ledger.js';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { snapshotsOn, type SnapshotStore } from '../fixtures/snapshot-store.js';
import { killBackends } from '../postgres/faults.js';

let pg: PostgresStore;
let dataSource: DataSource;
let storage: TypeOrmSnapshotStorage;

beforeAll(async () => {
  pg = await openPostgresStore();
  ({ dataSource } = pg);
  storage = new TypeOrmSnapshotStorage(dataSource);
  await dataSource.query('create table clock (time timestamptz)');
  await dataSource.query(`
    create function set_clock() returns trigger language plpgsql as $$
    begin
      new.create_date := coalesce((select time from clock), new.create_date);
      return new;
    end $$`);
  await dataSource.query(
    'create trigger set_clock before insert on event_journal for each row execute function set_clock()',
  );
});
afterAll(async () => pg.close());

const setTime = async (milliseconds: number): Promise<void> => {
  await dataSource.query('delete from clock');
  await dataSource.query('insert into clock values ($1)', [new Date(milliseconds)]);
};

describeSnapshots('PostgreSQL', {
  create: async () => ({ journal: pg.journal, storage, setTime }),
  runs: 60,
});

describe('a snapshot', () => {
  let app: SnapshotStore;
  let ledgers: AggregateRepository<Ledger>;
  let replayed: AggregateRepository<Ledger>;
  let id: string;

  beforeEach(async () => {
    await dataSource.query('delete from clock');
    app = snapshotsOn(pg.journal, storage, [Ledger]);
    ledgers = app.repository(Ledger);
    replayed = app.replaying(Ledger);
    id = randomUUID();
  });

  const enter = (ledger: Ledger, count: number): Ledger => {
    for (let n = 0; n < count; n += 1) ledger.enter('a', 1n);
    return ledger;
  };
  const snapshots = async (): Promise<number[]> => {
    const rows = await dataSource.query<{ version: number }[]>(
      `select aggregate_version as version from event_snapshot where aggregate_id = $1 order by 1`,
      [id],
    );
    return rows.map(({ version }) => version);
  };

  it('is taken after the commit of a transaction, not before', async () => {
    await dataSource.transaction(async (transaction) => {
      await ledgers.save(enter(new Ledger(id), 10), { transaction });
      await app.service.settled();
      expect(await snapshots()).toEqual([]);
    });
    await app.service.settled();
    expect(await snapshots()).toEqual([10]);
  });

  it('is not taken of what was rolled back, nor to a savepoint', async () => {
    const undone = dataSource.transaction(async (transaction) => {
      await ledgers.save(enter(new Ledger(id), 10), { transaction });
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    await app.service.settled();
    expect(await snapshots()).toEqual([]);

    await dataSource.transaction(async (transaction) => {
      await ledgers.save(enter(new Ledger(id), 9), { transaction });
      const inner = transaction.transaction(async (savepoint) => {
        const ledger = await ledgers.load(id, { transaction: savepoint });
        await ledgers.save(enter(ledger, 5), { transaction: savepoint });
        throw new Error('undo');
      });
      await expect(inner).rejects.toThrow('undo');
    });
    await app.service.settled();
    expect(await snapshots()).toEqual([]);
    expect(app.reports).toEqual([]);
  });

  it('and what came after it are read in one round trip, in a transaction too, with what that has saved', async () => {
    await ledgers.save(enter(new Ledger(id), 12));
    await app.service.settled();
    const statements: string[] = [];
    await dataSource.transaction(async (transaction) => {
      const ledger = await ledgers.load(id, { transaction });
      await ledgers.save(enter(ledger, 2), { transaction });
      const spied = transaction.query.bind(transaction);
      transaction.query = (async (...args: Parameters<typeof spied>) => {
        statements.push(args[0]);
        return spied(...args);
      }) as typeof spied;
      const again = await ledgers.load(id, { transaction });
      expect(again.version).toBe(14);
      expect(stateOf(again)).toEqual(stateOf(await replayed.load(id, { transaction })));
    });
    expect(statements).toHaveLength(2);
    statements.length = 0;
    const { logger } = dataSource;
    const logQuery = logger.logQuery.bind(logger);
    logger.logQuery = (sql, ...rest) => {
      statements.push(sql);
      logQuery(sql, ...rest);
    };
    try {
      await ledgers.load(id);
    } finally {
      logger.logQuery = logQuery;
    }
    expect(statements).toHaveLength(1);
  });

  it('that is being taken when its connection is lost is missing, and taken after the next save', async () => {
    await dataSource.query(`
      create or replace function be_slow() returns trigger language plpgsql as $$
      begin perform pg_sleep(30); return new; end $$`);
    await dataSource.query(
      'create trigger be_slow before insert on event_snapshot for each row execute function be_slow()',
    );
    const ledger = enter(new Ledger(id), 10);
    await ledgers.save(ledger);
    let killed = 0;
    while (killed === 0) killed = await killBackends(pg.database, `wait_event = 'PgSleep'`);
    await app.service.settled();
    expect(app.reports).toMatchObject([{ message: `No snapshot of ledger "${id}" could be taken` }]);
    expect(await snapshots()).toEqual([]);
    await dataSource.query('drop trigger be_slow on event_snapshot');
    await ledgers.save(enter(ledger, 1));
    await app.service.settled();
    expect(await snapshots()).toEqual([11]);
  });

  it('of a million bytes and odd texts comes back as it was', async () => {
    const odd = ['\0', '\ud800', '\u2028', '</script>', '"\\', '🐘'.repeat(200_000)];
    const ledger = await loadWith(new Map(odd.map((text, index) => [text, BigInt(index)])));
    expect([...ledger.accounts.keys()]).toEqual(odd);
  });

  /** Writes a state that no events lead to. */
  async function loadWith(accounts: Map<string, bigint>): Promise<Ledger> {
    class Odd extends Ledger {
      override toSnapshot(): unknown {
        return accounts;
      }
      override fromSnapshot(state: Map<string, bigint>): void {
        this.accounts = state;
      }
    }
    Aggregate({ name: 'ledger', snapshot: { every: 10 } })(Odd);
    const other = snapshotsOn(pg.journal, storage, [Odd]);
    await app.store.append({ aggregate: Ledger, id }, [new Entered('a', 1n)]);
    await other.service.take(Odd, id);
    const loaded = await other.repository(Odd).load(id);
    expect(other.reports).toEqual([]);
    return loaded;
  }

  it.each(['infinity', '-infinity', '4713-01-01 BC', '294276-12-31'])(
    'whose moment was made %s is damaged like any other',
    async (moment) => {
      await ledgers.save(enter(new Ledger(id), 12));
      await app.service.settled();
      await dataSource.query('update event_snapshot set until_date = $1 where aggregate_id = $2', [
        moment,
        id,
      ]);
      expect(stateOf(await ledgers.load(id))).toEqual(stateOf(await replayed.load(id)));
      expect(app.reports).toMatchObject([{ message: expect.stringMatching(/is damaged/) as string }]);
      await app.service.settled();
      expect(await snapshots()).toEqual([12]);
    },
  );

  it('is found along the index, as is what came after it', async () => {
    await ledgers.save(enter(new Ledger(id), 12));
    await app.service.settled();
    expect(await snapshots()).toEqual([12]);
    await ledgers.save(enter(await ledgers.load(id), 3));
    await dataSource.transaction(async (transaction) => {
      const rows = async (): Promise<readonly number[]> => {
        const found = await transaction.query<{ scans: number; rows: number }[]>(`
          select seq_scan::int as scans, idx_tup_fetch::int as rows from pg_stat_xact_user_tables
          where relname in ('event_snapshot', 'event_journal') order by relname desc`);
        return found.flatMap((table) => [table.scans, table.rows]);
      };
      for (const [moment, events] of [
        [{}, 4],
        [{ version: 13 }, 2],
        [{ asOf: new Date(Date.now() + 60_000) }, 7],
      ] as const) {
        const before = await rows();
        await ledgers.load(id, { ...moment, transaction });
        const after = await rows();
        expect(after.map((count, n) => count - before[n]!)).toEqual([0, 1, 0, events]);
      }
    });
  });
});
