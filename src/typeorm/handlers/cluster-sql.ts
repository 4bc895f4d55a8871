import type { Cluster } from '../../projections/index.js';
import type { Sql } from '../sql.js';
import type { HandlerTables } from './handler-tables.js';
import { toUnit, UNIT_COLUMNS, type UnitRow } from './unit-rows.js';

/** After how many times of the length of a lease an instance that is gone is forgotten. */
const FORGET_AFTER = 10;

/**
 * One statement that shows that an instance lives, prolongs its leases and forgets instances long gone.
 *
 * A unit that somebody has locked is left out, so that a heartbeat never waits: its lease lasts for several of them.
 */
export function heartbeatSql({ checkpoint, instance }: HandlerTables): string {
  return `
    with prolonged as (
      update ${checkpoint} set lease_until = clock_timestamp() + $3 * interval '1 millisecond'
      where (handler, course, partition) in (
        select handler, course, partition from ${checkpoint} where owner = $1
        order by handler, course, partition for no key update skip locked
      )
    ), forgotten as (
      delete from ${instance} where id in (
        select id from ${instance}
        where last_seen < clock_timestamp() - $3 * interval '${FORGET_AFTER} milliseconds' and id <> $1
        for update skip locked
      )
    )
    insert into ${instance} (id, handlers, last_seen, alive_until)
    values ($1, $2::jsonb, clock_timestamp(), clock_timestamp() + $3 * interval '1 millisecond')
    on conflict (id) do update
      set handlers = excluded.handlers, last_seen = excluded.last_seen, alive_until = excluded.alive_until`;
}

/** Selects all units there are, and the instances that live. */
export async function selectCluster(sql: Sql, { checkpoint, instance }: HandlerTables): Promise<Cluster> {
  const rows = await sql.query<(UnitRow & { instances: string | null })[]>(
    // A row without a unit stands for a cluster without units.
    `select unit.*, living.instances
     from (
       select jsonb_agg(jsonb_build_object('id', id, 'handlers', handlers) order by id)::text as instances
       from ${instance} where alive_until > clock_timestamp()
     ) as living
     left join (select ${UNIT_COLUMNS} from ${checkpoint}) as unit on true
     order by unit.handler, unit.course, unit.partition`,
  );
  const instances = rows[0]?.instances ?? '[]';
  return {
    units: rows.filter(({ handler }) => handler !== null).map(toUnit),
    instances: JSON.parse(instances) as Cluster['instances'],
  };
}
