import { NO_EVENT, type NewSideTrack, type SkippedEvent } from '../../projections/index.js';
import type { Sql } from '../sql.js';
import type { HandlerTables } from './handler-tables.js';
import { storable } from './track-rows.js';
import { millis } from './unit-rows.js';

/** Notes that an event was given up, and has its side track go on. @returns whether it was there */
export async function skipTrack(
  sql: Sql,
  { parked, skipped }: HandlerTables,
  {
    handler,
    eventId,
    reason,
    next,
  }: { handler: string; eventId: string; reason: string; next?: NewSideTrack },
): Promise<boolean> {
  const rows = await sql.query<unknown[]>(
    `with head as materialized (
       select * from ${parked}
       where handler = $1 and course = 'live' and event_id::text = $2 and event_id <> '${NO_EVENT}' for update
     ), noted as (
       insert into ${skipped} (handler, event_id, position, skipped_at, aggregate_type, aggregate_id, reason, error)
       select handler, event_id, position, clock_timestamp(), aggregate_type, aggregate_id, $3, error from head
       on conflict (handler, event_id) do update
         set skipped_at = excluded.skipped_at, reason = excluded.reason, error = excluded.error
     ), gone_on as (
       update ${parked} as track
       set status = 'retrying', attempts = 0, next_try = clock_timestamp(), error = null, stack = null,
         since = clock_timestamp(), revision = track.revision + 1,
         position = coalesce($4::bigint, track.position),
         event_id = coalesce($5::uuid, '${NO_EVENT}'),
         event_type = coalesce($6, track.event_type),
         aggregate_version = coalesce($7::int, track.aggregate_version + 1)
       from head
       where track.handler = head.handler and track.course = head.course
         and track.aggregate_type = head.aggregate_type and track.aggregate_id = head.aggregate_id
     ) select 1 from head`,
    [
      handler,
      eventId.toLowerCase(),
      storable(reason),
      next?.position.toString() ?? null,
      next?.eventId ?? null,
      next?.eventType ?? null,
      next?.aggregateVersion ?? null,
    ],
  );
  return rows.length > 0;
}

interface SkippedRow {
  readonly handler: string;
  readonly event_position: string;
  readonly event_id: string;
  readonly aggregate_type: string;
  readonly aggregate_id: string;
  readonly reason: string;
  readonly error: string | null;
  readonly skipped: string;
}

/** Selects the events of a handler that were given up, in their order. */
export async function selectSkipped(
  sql: Sql,
  { skipped }: HandlerTables,
  handler: string,
): Promise<SkippedEvent[]> {
  const rows = await sql.query<SkippedRow[]>(
    `select handler, position::text as event_position, event_id::text as event_id, aggregate_type, aggregate_id, reason,
       error, ${millis('skipped_at')} as skipped
     from ${skipped} as skip where handler = $1 order by skip.position`,
    [handler],
  );
  return rows.map((row) => ({
    handler: row.handler,
    position: BigInt(row.event_position),
    eventId: row.event_id,
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    reason: row.reason,
    error: row.error,
    skippedAt: new Date(Number(row.skipped)),
  }));
}
