import type { Cluster, Lease, RunningInstance, UnitKey, UnitState } from '../../projections/index.js';
import type { Sql } from '../sql.js';
import { heartbeatSql, selectCluster } from './cluster-sql.js';
import type { HandlerTables } from './handler-tables.js';
import { toUnit, UNIT_COLUMNS, UNIT_KEY, type UnitRow } from './unit-rows.js';

/** A unit that was taken, and by what right. */
export interface Claimed {
  readonly lease: Lease;
  readonly state: UnitState;
}

/**
 * Takes, keeps and gives back leases of units in PostgreSQL.
 *
 * None of it waits for a unit that somebody has locked, as a rebuild does while it copies rows: or the heartbeats behind
 * it would come too late. What was not given back is given back at the next heartbeat, or runs out.
 */
export class UnitLeases {
  constructor(
    private readonly sql: Sql,
    private readonly tables: HandlerTables,
  ) {}

  async heartbeat({ id, handlers }: RunningInstance, leaseFor: number): Promise<Cluster> {
    await this.sql.query(heartbeatSql(this.tables), [id, JSON.stringify(handlers), leaseFor]);
    return selectCluster(this.sql, this.tables);
  }

  async claim(unit: UnitKey, owner: string, leaseFor: number): Promise<Claimed | undefined> {
    const rows = await this.sql.query<UnitRow[]>(
      `with claimed as (
         update ${this.tables.checkpoint}
         set owner = $4, fence = fence + 1, lease_until = clock_timestamp() + $5 * interval '1 millisecond'
         where (handler, course, partition) in (
           select handler, course, partition from ${this.tables.checkpoint}
           where ${UNIT_KEY} and not paused and (owner is null or lease_until <= clock_timestamp())
           for no key update skip locked
         ) returning *
       ) select ${UNIT_COLUMNS} from claimed`,
      [unit.handler, unit.course, unit.partition, owner, leaseFor],
    );
    const [row] = rows;
    if (!row) return undefined;
    const { handler, course, partition, ...state } = toUnit(row);
    const key = { handler, course, partition };
    return { lease: { unit: key, owner, fence: state.fence }, state: { ...key, ...state, owner } };
  }

  async release(leases: readonly Lease[]): Promise<void> {
    if (leases.length === 0) return;
    await this.sql.query(
      `update ${this.tables.checkpoint} set owner = null, lease_until = null
       where (handler, course, partition) in (
         select handler, course, partition from ${this.tables.checkpoint} as held
         join unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::bigint[])
           as given (handler, course, partition, owner, fence) using (handler, course, partition, owner, fence)
         for no key update of held skip locked
       )`,
      [
        leases.map(({ unit }) => unit.handler),
        leases.map(({ unit }) => unit.course),
        leases.map(({ unit }) => unit.partition),
        leases.map(({ owner }) => owner),
        leases.map(({ fence }) => fence.toString()),
      ],
    );
  }

  async leave(instance: string): Promise<void> {
    await this.sql.query(
      `with gone as (delete from ${this.tables.instance} where id = $1)
       update ${this.tables.checkpoint} set owner = null, lease_until = null where owner = $1`,
      [instance],
    );
  }
}
