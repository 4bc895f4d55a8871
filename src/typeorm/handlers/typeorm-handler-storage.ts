import type { DataSource } from 'typeorm';
import {
  divisionOf,
  type Cluster,
  type HandlerStorage,
  type HandlerTransaction,
  type Lease,
  type NewSideTrack,
  type Registration,
  type RunningInstance,
  type SideTrack,
  type SkippedEvent,
  type UnitKey,
} from '../../projections/index.js';
import type { Sql } from '../sql.js';
import { callersTransaction } from '../callers-transaction.js';
import { inTurn } from '../transaction-turns.js';
import type { Transaction } from '../../store/index.js';
import { runWithin } from './run-within.js';
import { selectCluster } from './cluster-sql.js';
import { lockHandler, withoutDeadlock } from './handler-lock.js';
import { prepareHandlerTables } from './handler-preparation.js';
import { handlerTables, type HandlerTables } from './handler-tables.js';
import { makeJoinable } from './joined-data-source.js';
import { leaseOpening, type LeaseFinding } from './lease-opening.js';
import type { JoinedTransaction } from './joined-transaction.js';
import type { ReservedConnection } from './reserved-connection.js';
import { runTransaction } from './run-transaction.js';
import { shadowedTables } from './shadow-names.js';
import { createShadows, dropShadows } from './shadow-tables.js';
import { selectSkipped, skipTrack } from './skipped-rows.js';
import { moveTracks, selectTracks } from './track-rows.js';
import { TypeOrmHandlerTransaction } from './typeorm-handler-transaction.js';
import { UnitLeases, type Claimed } from './unit-leases.js';
import { deleteUnits, insertUnits, selectUnits } from './unit-rows.js';

/** Keeps in PostgreSQL where durable handlers stand, on a TypeORM data source of the application's. */
export class TypeOrmHandlerStorage implements HandlerStorage {
  readonly #dataSource: DataSource;
  readonly #tables: HandlerTables;
  readonly #reserved: ReservedConnection | undefined;
  readonly #leases: UnitLeases;

  /** @param reserved for what keeps leases; it is closed with the storage. @default the pool */
  constructor(dataSource: DataSource, reserved?: ReservedConnection) {
    this.#dataSource = dataSource;
    this.#reserved = reserved;
    this.#tables = handlerTables(dataSource);
    this.#leases = new UnitLeases(reserved ?? dataSource, this.#tables);
    makeJoinable(dataSource);
  }

  async prepare(): Promise<void> {
    await prepareHandlerTables(this.#dataSource);
  }

  async register(registrations: readonly Registration[]): Promise<void> {
    const { checkpoint } = this.#tables;
    const rows = await this.#dataSource.query<{ handler: string }[]>(
      `select distinct handler from ${checkpoint} where course = 'live'`,
    );
    const known = new Set(rows.map(({ handler }) => handler));
    for (const registration of registrations) {
      const { handler } = registration;
      if (known.has(handler)) continue;
      await this.#alone(handler, async (sql) => {
        const units = await selectUnits(sql, checkpoint, { handler, course: 'live' });
        if (units.length === 0) await insertUnits(sql, checkpoint, { handler, course: 'live' }, registration);
      });
    }
  }

  async heartbeat(instance: RunningInstance, leaseFor: number): Promise<Cluster> {
    return this.#leases.heartbeat(instance, leaseFor);
  }

  async cluster(): Promise<Cluster> {
    return selectCluster(this.#dataSource, this.#tables);
  }

  async claim(unit: UnitKey, owner: string, leaseFor: number): Promise<Claimed | undefined> {
    return this.#leases.claim(unit, owner, leaseFor);
  }

  async release(leases: readonly Lease[]): Promise<void> {
    await this.#leases.release(leases);
  }

  async leave(instance: string): Promise<void> {
    await this.#leases.leave(instance);
  }

  async transaction<T>(
    work: (transaction: HandlerTransaction) => Promise<T>,
    timeout: number,
    signal?: AbortSignal,
    lease?: Lease,
  ): Promise<T> {
    return runTransaction(
      this.#dataSource,
      async (joined, found) => {
        const transaction = new TypeOrmHandlerTransaction(joined, this.#tables);
        if (lease) await transaction.assertOpenedWith(lease, found as LeaseFinding);
        return work(transaction);
      },
      { timeout, signal, opening: lease && leaseOpening(this.#tables, lease) },
    );
  }

  async within<T>(
    transaction: Transaction,
    work: (transaction: HandlerTransaction) => Promise<T>,
  ): Promise<T> {
    const { queryRunner } = callersTransaction(transaction, this.#dataSource);
    return inTurn(queryRunner, () =>
      runWithin(this.#dataSource, queryRunner, async (joined) =>
        work(new TypeOrmHandlerTransaction(joined, this.#tables)),
      ),
    );
  }

  async tracks(of: UnitKey | { handler: string }): Promise<readonly SideTrack[]> {
    return selectTracks(this.#dataSource, this.#tables.parked, { course: 'live', ...of });
  }

  async retry(handler: string, eventId?: string): Promise<number> {
    const [, count] = await this.#dataSource.query<[unknown[], number]>(
      `update ${this.#tables.parked}
       set status = 'retrying', attempts = 0, next_try = clock_timestamp(), revision = revision + 1
       where handler = $1 and course = 'live' and status = 'parked' and ($2::text is null or event_id::text = $2)`,
      [handler, eventId?.toLowerCase() ?? null],
    );
    return count;
  }

  async skip(
    handler: string,
    eventId: string,
    reason: string,
    next: NewSideTrack | undefined,
  ): Promise<boolean> {
    return skipTrack(this.#dataSource, this.#tables, { handler, eventId, reason, next });
  }

  async skipped(handler: string): Promise<readonly SkippedEvent[]> {
    return selectSkipped(this.#dataSource, this.#tables, handler);
  }

  async startOver(
    registration: Registration & { until: bigint; total: bigint },
    reset: (transaction: HandlerTransaction) => Promise<void>,
    pause?: number,
  ): Promise<void> {
    const { checkpoint, parked } = this.#tables;
    const live = { handler: registration.handler, course: 'live' } as const;
    const begin = async (sql: Sql, transaction: HandlerTransaction): Promise<void> => {
      const units = await selectUnits(sql, checkpoint, live);
      const paused = units.some((unit) => unit.paused);
      // First, so that whoever works on them waits with its checkpoint and not with what it writes to the read model.
      await deleteUnits(sql, checkpoint, live);
      await sql.query(`delete from ${parked} where handler = $1 and course = 'live'`, [live.handler]);
      await insertUnits(sql, checkpoint, live, {
        ...registration,
        position: 0n,
        paused,
        rebuild: registration,
      });
      await reset(transaction);
    };
    await this.#alone(live.handler, begin, pause);
  }

  async startBeside(
    registration: Registration & { until: bigint; total: bigint },
    tables: readonly unknown[],
  ): Promise<void> {
    const { checkpoint } = this.#tables;
    const rebuild = { handler: registration.handler, course: 'rebuild' } as const;
    await this.#alone(rebuild.handler, async (sql) => {
      await createShadows(sql, this.#dataSource, tables);
      const paused = (await selectUnits(sql, checkpoint, { ...rebuild, course: 'live' })).some(
        (unit) => unit.paused,
      );
      await this.#forgetRebuild(sql, rebuild.handler);
      await insertUnits(sql, checkpoint, rebuild, {
        ...registration,
        position: 0n,
        paused,
        rebuild: registration,
      });
    });
  }

  async cancelBeside(handler: string, tables: readonly unknown[]): Promise<boolean> {
    return this.#alone(handler, async (sql) => {
      await dropShadows(sql, shadowedTables(this.#dataSource, tables));
      return this.#forgetRebuild(sql, handler);
    });
  }

  async repartition(
    handler: string,
    partitions: number,
    partitionOf: (aggregateType: string, aggregateId: string) => number,
  ): Promise<void> {
    const { checkpoint, parked } = this.#tables;
    const live = { handler, course: 'live' } as const;
    await this.#alone(handler, async (sql) => {
      await sql.query(
        `select 1 from ${checkpoint} where handler = $1 order by course, partition for update`,
        [handler],
      );
      const units = await selectUnits(sql, checkpoint, live);
      const [first] = units;
      if (!first || units.length === partitions) return;
      const { kind, version, rebuildTotal: total, startedAt } = first;
      const until = units.map((unit) => unit.rebuildUntil).find((each) => each !== null);
      const rebuild = until !== undefined && until !== null && total !== null ? { until, total } : undefined;
      const paused = units.some((unit) => unit.paused);
      await deleteUnits(sql, checkpoint, live);
      await insertUnits(sql, checkpoint, live, {
        kind,
        version,
        partitions,
        paused,
        startedAt,
        rebuild,
        ...divisionOf(units),
      });
      await moveTracks(sql, parked, await selectTracks(sql, parked, live), partitionOf);
    });
  }

  async setPaused(handler: string, paused: boolean): Promise<boolean> {
    const [, count] = await this.#dataSource.query<[unknown[], number]>(
      `update ${this.#tables.checkpoint} set paused = $2 where handler = $1`,
      [handler, paused],
    );
    return count > 0;
  }

  async close(): Promise<void> {
    await this.#reserved?.close();
  }

  async #forgetRebuild(sql: Sql, handler: string): Promise<boolean> {
    const rebuild = { handler, course: 'rebuild' } as const;
    await sql.query(`delete from ${this.#tables.parked} where handler = $1 and course = 'rebuild'`, [
      handler,
    ]);
    return (await deleteUnits(sql, this.#tables.checkpoint, rebuild)) > 0;
  }

  /** Changes a whole handler while nobody works on it who has taken part in its lock. */
  async #alone<T>(
    handler: string,
    work: (sql: Sql, transaction: HandlerTransaction) => Promise<T>,
    pause?: number,
  ): Promise<T> {
    const locked = async (joined: JoinedTransaction): Promise<T> => {
      await lockHandler(joined.runner, handler, 'alone');
      return work(joined.runner, new TypeOrmHandlerTransaction(joined, this.#tables));
    };
    return withoutDeadlock(() => runTransaction(this.#dataSource, locked, { pause }));
  }
}
