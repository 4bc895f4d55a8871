import {
  divisionOf,
  LeaseLostError,
  type CheckpointMove,
  type HandlerTransaction,
  type Lease,
  type NewSideTrack,
  type SideTrack,
  type UnitKey,
  type UnitState,
} from '../../projections/index.js';
import { partitionOf, type Transaction } from '../../store/index.js';
import type { Sql } from '../sql.js';
import { advanceSql, isUnmoved } from './advance-sql.js';
import { lockHandler } from './handler-lock.js';
import type { LeaseFinding } from './lease-opening.js';
import type { HandlerTables } from './handler-tables.js';
import type { JoinedTransaction } from './joined-transaction.js';
import { shadowedTables, shadowPaths } from './shadow-names.js';
import { promoteShadows } from './shadow-tables.js';
import { moveTracks, selectTracks, TRACK_KEY, trackKey, trackValues } from './track-rows.js';
import { deleteUnits, insertUnits, LEASE, leaseParameters, selectUnits } from './unit-rows.js';

/** A handler's transaction in PostgreSQL. */
export class TypeOrmHandlerTransaction implements HandlerTransaction {
  readonly #joined: JoinedTransaction;
  readonly #tables: HandlerTables;
  readonly #sql: Sql;

  constructor(joined: JoinedTransaction, tables: HandlerTables) {
    this.#joined = joined;
    this.#tables = tables;
    this.#sql = joined.runner;
  }

  async join<T>(work: () => Promise<T>, shadow: readonly unknown[] = []): Promise<T> {
    const shadows = shadow.length > 0 ? shadowedTables(this.#joined.dataSource, shadow) : [];
    return this.#joined.join(work, shadowPaths(shadows));
  }

  async advance(lease: Lease, move: CheckpointMove): Promise<void> {
    await this.#joined.sendLast({
      ...advanceSql(this.#tables, lease, move),
      explain: (error) => (isUnmoved(error) ? lost(lease.unit) : error),
    });
  }

  async assertLease(lease: Lease): Promise<void> {
    await lockHandler(this.#sql, lease.unit.handler, 'shared');
    const rows = await this.#sql.query<unknown[]>(
      `select 1 from ${this.#tables.checkpoint} where ${LEASE}`,
      leaseParameters(lease),
    );
    if (rows.length === 0) throw lost(lease.unit);
  }

  /** The same by what the first statement of the transaction has found out, as {@link leaseOpening} asks. */
  async assertOpenedWith(lease: Lease, { is_shared, is_leased }: LeaseFinding): Promise<void> {
    // Somebody has the handler alone: when that ends, what the statement saw of the lease is old.
    if (!is_shared) await this.assertLease(lease);
    else if (!is_leased) throw lost(lease.unit);
  }

  async putTrack(track: NewSideTrack, replaces?: bigint): Promise<void> {
    const { parked } = this.#tables;
    const values = [...trackKey(track), ...trackValues(track)];
    const due = `to_timestamp($12::double precision / 1000)`;
    const rows =
      replaces === undefined
        ? await this.#sql.query<unknown[]>(
            `insert into ${parked} (handler, course, aggregate_type, aggregate_id, partition, position, event_id,
               event_type, aggregate_version, status, attempts, next_try, error, stack, since, revision)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, ${due}, $13, $14, clock_timestamp(),
               (extract(epoch from clock_timestamp()) * 1000000)::bigint)
             on conflict do nothing returning 1`,
            values,
          )
        : await this.#sql.query<unknown[]>(
            // An event that has not been tried yet begins to fail now.
            `with put as (
               update ${parked} set partition = $5, position = $6, event_id = $7, event_type = $8,
                 aggregate_version = $9, status = $10, attempts = $11, next_try = ${due}, error = $13, stack = $14,
                 since = case when event_id = $7 and attempts > 0 then since else clock_timestamp() end,
                 revision = revision + 1
               where ${TRACK_KEY} and revision = $15::bigint returning 1
             ) select * from put`,
            [...values, replaces.toString()],
          );
    if (rows.length === 0) throw lost(track.unit);
  }

  async removeTrack(track: SideTrack): Promise<void> {
    const [, count] = await this.#sql.query<[unknown[], number]>(
      `delete from ${this.#tables.parked} where ${TRACK_KEY} and revision = $5::bigint`,
      [...trackKey(track), track.revision.toString()],
    );
    if (count === 0) throw lost(track.unit);
  }

  get transaction(): Transaction {
    return this.#joined.runner.manager;
  }

  async alone(handler: string): Promise<void> {
    await lockHandler(this.#sql, handler, 'alone');
  }

  async share(handler: string): Promise<readonly UnitState[]> {
    await lockHandler(this.#sql, handler, 'shared');
    return selectUnits(this.#sql, this.#tables.checkpoint, { handler, course: 'live' });
  }

  async promote(
    lease: Lease,
    { partitions, tables }: { partitions: number; tables: readonly unknown[] },
  ): Promise<boolean> {
    const { handler } = lease.unit;
    const { checkpoint } = this.#tables;
    await lockHandler(this.#sql, handler, 'alone');
    // Their workers do not all share the lock, and would commit what is not in the rebuild.
    await this.#sql.query(
      `select 1 from ${checkpoint} where handler = $1 order by course, partition for update`,
      [handler],
    );
    await this.assertLease(lease);
    const live = await selectUnits(this.#sql, checkpoint, { handler, course: 'live' });
    const rebuilt = await selectUnits(this.#sql, checkpoint, { handler, course: 'rebuild' });
    const [first] = rebuilt;
    if (!first) throw lost(lease.unit);
    const { position, handled, done } = divisionOf(rebuilt);
    if (live.some((unit) => unit.position > position)) return false;
    await promoteShadows(this.#sql, this.#joined.dataSource, tables);
    for (const course of ['live', 'rebuild'] as const)
      await deleteUnits(this.#sql, checkpoint, { handler, course });
    const { kind, version, startedAt } = first;
    const paused = [...live, ...rebuilt].some((unit) => unit.paused);
    const units = { kind, version, partitions, position, handled, paused, startedAt, done };
    await insertUnits(this.#sql, checkpoint, { handler, course: 'live' }, units);
    await this.#sql.query(`delete from ${this.#tables.parked} where handler = $1 and course = 'live'`, [
      handler,
    ]);
    const tracks = await selectTracks(this.#sql, this.#tables.parked, { handler, course: 'rebuild' });
    await moveTracks(this.#sql, this.#tables.parked, tracks, (type, id) => partitionOf(type, id, partitions));
    return true;
  }
}

function lost({ handler, partition }: UnitKey): LeaseLostError {
  return new LeaseLostError(handler, partition);
}
