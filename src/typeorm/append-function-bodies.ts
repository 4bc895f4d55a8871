import type { EventTable } from './event-tables.js';

/** How the functions are told an expected version that is no number. */
export const ANY_VERSION = -1;
/** See {@link ANY_VERSION}. */
export const STREAM_EXISTS = -2;

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

/** A subquery for the version of a stream, which has to be `from` at least. */
const versionOf = ({ path }: EventTable, type: string, id: string, from?: string): string => `coalesce((
      select j.aggregate_version from ${path} j
      where j.aggregate_type = ${type} and j.aggregate_id = ${id} ${from ? `and j.aggregate_version >= ${from}` : ''}
      order by j.aggregate_version desc limit 1
    ), 0)`;

/**
 * Appends one event: answers its position, its time and its version; the stream's version alone where that is not the
 * expected one; nothing where a race was lost.
 *
 * To be prepared for a lost race takes longer, so it is done where `raced` says that one is likely; elsewhere it
 * violates a unique constraint. Text is what PostgreSQL plans and sends with the least effort. An expected version is
 * looked for from there on: PostgreSQL reads all that fits a search in a page of the index, which is half of a long
 * stream.
 */
export function singleAppendBody(table: EventTable): string {
  return `
declare
  head integer;
  place bigint;
  moment timestamptz;
begin
  if expected >= 0 then
    head := ${versionOf(table, 'stream_type', 'stream_id', 'expected')};
  end if;
  if head is distinct from expected then
    head := ${versionOf(table, 'stream_type', 'stream_id')};
    if not ${isExpected('expected', 'head')} then
      return head;
    end if;
  end if;
  if raced then ${insertOne(table, ON_LOST_RACE)}
  else ${insertOne(table)}
  end if;
  if place is null then
    return null;
  end if;
  return concat_ws(' ', place, ${milliseconds('moment')}, head + 1);
end `;
}

const insertOne = ({ path }: EventTable, onLostRace = ''): string => `
    insert into ${path} (${COLUMNS})
    values (${NOW}, stream_type, stream_id, head + 1, new_id, new_type, new_version, new_data, new_bytes, new_data_types,
      new_metadata, new_correlation_id, new_causation_id)
    ${onLostRace} returning position, create_date into place, moment;`;

/**
 * Appends to several streams, or to none: a lost race violates a unique constraint.
 *
 * Each stream is named once; `streams` and `steps` say of each event to which it goes, and its number there, from 1.
 * Answers the version that each stream had, the positions of the stored events in the order given, and their time:
 * lists, which cost less to send and to read than rows. A version that is not the expected one is -1 less itself.
 */
export function severalAppendBody(table: EventTable): string {
  return `
declare ${DECLARATIONS}
begin ${findHeads(table)}
  if not 0 > any (heads) then ${insertAll(table)}
  end if;
  ${ANSWER}
end `;
}

/**
 * Appends to each of several streams, by itself but for errors; answers as {@link severalAppendBody} does, and an empty
 * version where a race was lost.
 *
 * To be prepared for a lost race costs half as much again for every row. So it is done where `raced` says that one is
 * likely, and where all was inserted without, which has violated a unique constraint.
 */
export function sharedAppendBody(table: EventTable): string {
  return `
declare ${DECLARATIONS}
  firsts uuid[];
begin ${findHeads(table)}
  if not raced then
    begin ${insertAll(table)}
    exception when unique_violation then
      raced := true;
    end;
  end if;
  if raced then
    with inserted as (${insert(table, 'and steps[n] = 1')} ${ON_LOST_RACE} returning position, event_id)
    select array(select position from inserted), array(select event_id from inserted) into places, firsts;
    -- Null for a stream that lost a race: only what is begun here is continued.
    heads := array(
      select case when heads[streams[n]] < 0 or new_ids[n] = any (firsts) then heads[streams[n]] end
      from generate_series(1, cardinality(new_ids)) n where steps[n] = 1
    );
    if 1 < any (steps) then
      ${insert(table, 'and steps[n] > 1')};
      -- No join: its plan, as old as an empty journal, would read all of an index.
      places := array_remove(array(
        select (select j.position from ${table.path} j where j.event_id = new_ids[n])
        from generate_series(1, cardinality(new_ids)) n where heads[streams[n]] >= 0
      ), null);
      ${REFUSE_LESS}
    end if;
  end if;
  ${ANSWER}
end `;
}

const DECLARATIONS = `
  heads integer[];
  places bigint[] := '{}';
  moment timestamptz;`;

/**
 * The version of each stream; below 0 where it is not the expected one, so that -1 is 0.
 *
 * What is given is taken from the arrays by its number: to unnest a dozen of them beside each other takes longer. The
 * rows of `generate_series` stay in its order, as nothing is joined to them.
 */
const findHeads = (table: EventTable): string => `
  if 0 <= all (expected) then
    heads := array(
      select ${versionOf(table, 'stream_types[n]', 'stream_ids[n]', 'expected[n]')}
      from generate_series(1, cardinality(expected)) n
    );
  end if;
  if heads is distinct from expected then
    heads := array(
      select case when ${isExpected('expected[n]', 's.version')} then s.version else -1 - s.version end
      from (
        select n, ${versionOf(table, 'stream_types[n]', 'stream_ids[n]')} as version
        from generate_series(1, cardinality(expected)) n
        offset 0
      ) s
    );
  end if;
  moment := date_trunc('milliseconds', clock_timestamp());`;

/**
 * A position is drawn in the INSERT, which holds the RowExclusiveLock on the journal by then: whoever holds a position
 * that is not visible yet is found by that lock. It comes after the check of the versions, so that a refused append
 * burns none.
 */
const insert = ({ path }: EventTable, which = ''): string => `
      insert into ${path} (${COLUMNS})
      select moment, stream_types[streams[n]], stream_ids[streams[n]], heads[streams[n]] + steps[n], new_ids[n],
        new_types[n], new_versions[n], new_data[n]::jsonb, new_bytes[n], new_data_types[n]::jsonb,
        new_metadata[n]::jsonb, new_correlation_ids[n], new_causation_ids[n]
      from generate_series(1, cardinality(new_ids)) n
      where heads[streams[n]] >= 0 ${which}`;

/** Takes all back where a trigger of the application's has skipped rows: an append is stored as a whole. */
const REFUSE_LESS = `
    if cardinality(places) < (select count(*) from unnest(streams) stream where heads[stream] >= 0) then
      raise exception 'A trigger has kept an event from being stored. Nothing was stored: let it raise an error instead.'
        using errcode = 'triggered_action_exception';
    end if;`;

const insertAll = (table: EventTable): string => `
    with inserted as (${insert(table)} returning position)
    select array(select position from inserted) into places;
    if cardinality(places) < cardinality(new_ids) then ${REFUSE_LESS}
    end if;`;

const ANSWER = `return concat_ws(';', array_to_string(heads, ',', ''), array_to_string(places, ','), ${milliseconds('moment')});`;
