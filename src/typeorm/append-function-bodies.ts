import type { EventTable } from './event-tables.js';

/** How the functions are told an expected version that is no number. */
export const ANY_VERSION = -1;
/** See {@link ANY_VERSION}. */
export const STREAM_EXISTS = -2;

/** How long a shared statement waits for a lock, in milliseconds. */
const SHARED_PATIENCE = 100;

const COLUMNS = `create_date, aggregate_type, aggregate_id, aggregate_version, event_id, event_type, event_version, event_data,
  event_bytes, event_data_types, metadata, correlation_id, causation_id`;

/** A moment as milliseconds of Unix time. */
const milliseconds = (moment: string): string => `(date_part('epoch', ${moment}) * 1000)::bigint`;

/**
 * The time of an event. The column rounds to milliseconds and this rounds down, so that nothing is stored in the future;
 * the column's default does so too, but takes a multiple of the time.
 */
const NOW = `clock_timestamp() - interval '500 microseconds'`;

/** A race is lost by the stream's version; what else is in the way, such as the event's id, is an error. */
const ON_LOST_RACE = 'on conflict (aggregate_type, aggregate_id, aggregate_version) do nothing';

const isExpected = (expected: string, version: string): string => `(case ${expected}
  when ${ANY_VERSION} then true
  when ${STREAM_EXISTS} then ${version} > 0
  else ${version} = ${expected} end)`;

/** Takes all back where a trigger of the application's has skipped rows: an append is stored as a whole. */
const refuseLess = (stored: string, wanted: string): string => `if ${stored} < ${wanted} then
        raise exception 'A trigger has kept an event from being stored. Nothing was stored: let it raise an error instead.'
          using errcode = 'triggered_action_exception';
      end if;`;

/**
 * Appends one event: answers its position, its time and its version; the stream's version alone where that is not the
 * expected one; nothing where a race was lost.
 *
 * Text is what PostgreSQL plans and sends with the least effort.
 */
export function singleAppendBody({ path }: EventTable): string {
  return `
declare
  head integer;
  place bigint;
  moment timestamptz;
begin
  head := coalesce((
    select j.aggregate_version from ${path} j
    where j.aggregate_type = stream_type and j.aggregate_id = stream_id
    order by j.aggregate_version desc limit 1
  ), 0);
  if not ${isExpected('expected', 'head')} then
    return head;
  end if;
  insert into ${path} (${COLUMNS})
  values (${NOW}, stream_type, stream_id, head + 1, new_id, new_type, new_version, new_data, new_bytes, new_data_types,
    new_metadata, new_correlation_id, new_causation_id)
  ${ON_LOST_RACE}
  returning position, create_date into place, moment;
  if place is null then
    return null;
  end if;
  return concat_ws(' ', place, ${milliseconds('moment')}, head + 1);
end `;
}

/**
 * Appends to several streams, each named once; `streams` and `steps` say of each event to which, and its number there,
 * from 1. Answers the stored events, and the versions of the streams that are not at the expected one: one row with
 * lists, which cost less to send and to read than a row for each.
 *
 * When it is shared, each stream succeeds or fails by itself, but for errors; a stream that is not in the answer lost a
 * race. It gives up soon when somebody is in the way of one stream, for the sake of the others. When it is not shared,
 * all of it is stored, or nothing; a lost race violates a unique constraint.
 *
 * A position is drawn in the INSERT, which holds the RowExclusiveLock on the journal by then: whoever holds a position
 * that is not visible yet is found by that lock. It comes after the check of the versions, so that a refused append
 * burns none.
 */
export function severalAppendBody({ path }: EventTable): string {
  const insert = (which: string, onConflict = ''): string => `
    with inserted as (
      insert into ${path} (${COLUMNS})
      select ${NOW}, stream_types[e.stream], stream_ids[e.stream], heads[e.stream] + e.step, e.event_id, e.event_type,
        e.event_version, e.data::jsonb, e.bytes, e.data_types::jsonb, e.metadata::jsonb, e.correlation_id,
        e.causation_id
      from unnest(streams, steps, new_ids, new_types, new_versions, new_data, new_bytes, new_data_types, new_metadata,
          new_correlation_ids, new_causation_ids)
        as e (stream, step, event_id, event_type, event_version, data, bytes, data_types, metadata, correlation_id,
          causation_id)
      where ${which}
      ${onConflict}
      returning event_id, position, create_date, aggregate_version
    )
    select concat_ws(',', stored_ids, string_agg(event_id::text, ',')),
      concat_ws(',', stored_positions, string_agg(position::text, ',')),
      concat_ws(',', stored_times, string_agg(${milliseconds('create_date')}::text, ',')),
      concat_ws(',', stored_versions, string_agg(aggregate_version::text, ',')), count(*)
    into stored_ids, stored_positions, stored_times, stored_versions, stored
    from inserted;`;
  return `
declare
  heads integer[];
  stored integer;
begin
  if shared then
    perform set_config('lock_timeout', '${SHARED_PATIENCE}', true);
  end if;
  -- The version of each stream; below 0 where it is not the expected one, so that -1 is 0.
  heads := array(
    select case when ${isExpected('s.expected', 's.version')} then s.version else -1 - s.version end
    from (
      select s.n, s.expected, coalesce((
        select j.aggregate_version from ${path} j
        where j.aggregate_type = s.aggregate_type and j.aggregate_id = s.aggregate_id
        order by j.aggregate_version desc limit 1
      ), 0) as version
      from unnest(stream_types, stream_ids, expected) with ordinality as s (aggregate_type, aggregate_id, expected, n)
      offset 0
    ) s order by s.n
  );
  if not shared then
    if not 0 > any (heads) then
      ${insert('true')}
      ${refuseLess('stored', 'cardinality(new_ids)')}
      return;
    end if;
  else
    ${insert('e.step = 1 and heads[e.stream] >= 0', ON_LOST_RACE)}
    if stored < cardinality(heads) then
      -- Null for a stream that lost a race: only what this transaction has stored is continued.
      heads := array(
        select case when h.head < 0 or exists (
          select from ${path} j
          where j.event_id = e.event_id and j.xmin = pg_current_xact_id_if_assigned()::xid
        ) then h.head end
        from unnest(heads) with ordinality as h (head, n)
        join unnest(streams, steps, new_ids) as e (stream, step, event_id) on e.stream = h.n and e.step = 1
        order by h.n
      );
    end if;
    if 1 < any (steps) then
      ${insert('e.step > 1 and heads[e.stream] >= 0')}
      ${refuseLess('stored', '(select count(*) from unnest(streams, steps) as e (stream, step) where e.step > 1 and heads[e.stream] >= 0)')}
    end if;
  end if;
  if 0 > any (heads) then
    select string_agg(h.n::text, ','), string_agg((-1 - h.head)::text, ',') into refused_streams, actual_versions
    from unnest(heads) with ordinality as h (head, n) where h.head < 0;
  end if;
end `;
}
