import type { EventTable } from '../event-tables.js';

/** What there is of an import; numbers and times as text, because the driver's parsers could be set otherwise. */
export interface ClaimRow {
  readonly done: string;
  readonly fence: string;
  readonly alive_until: string;
}

const COLUMNS = 'done::text as done, fence::text as fence, alive_until::text as alive_until';

/** Until when a sign of life given now holds; the parameter is in milliseconds. */
export function aliveUntil(lease: string): string {
  return `clock_timestamp() + ${lease}::int * interval '1 millisecond'`;
}

/** Selects an import. */
export function findImportSql({ path }: EventTable): string {
  return `select ${COLUMNS} from ${path} where name = $1`;
}

/**
 * One statement that takes an import over, unless whoever has it may be alive: their time has not run out, or they
 * have given a sign of life since they were looked at.
 */
export function claimSql({ path }: EventTable): string {
  return `
    insert into ${path} as import (name, done, fence, alive_until) values ($1, 0, 1, ${aliveUntil('$2')})
    on conflict (name) do update set fence = import.fence + 1, alive_until = excluded.alive_until
      where import.alive_until <= clock_timestamp() and import.alive_until = $3::timestamptz
    returning ${COLUMNS}`;
}

/**
 * Gives a sign of life, or the import free where the lease is 0.
 *
 * It does not wait for a transaction that stores a batch, which is a sign of life itself: one with inline projections
 * may take long, and those who wait would take up the pool that it may need.
 */
export function renewSql({ path }: EventTable): string {
  return `update ${path} set alive_until = ${aliveUntil('$3')}
    where name = (select name from ${path} where name = $1 and fence = $2::bigint for update skip locked)`;
}
