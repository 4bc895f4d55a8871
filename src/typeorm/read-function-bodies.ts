import { eventTextSql, joinedSql } from './event-text.js';
import type { EventTable } from './event-tables.js';

/** Events of the stream from one version to another, forward. */
function eventsSql({ path }: EventTable, from: string): string {
  return `
    select ${eventTextSql('j')} from ${path} j
    where j.aggregate_type = stream_type and j.aggregate_id = stream_id
      and j.aggregate_version >= ${from} and j.aggregate_version <= last_version
    order by j.aggregate_version limit most`;
}

/** Answers a page of a stream forward, each event as a text. */
export function streamPageBody(journal: EventTable): string {
  return `
begin
  return query ${eventsSql(journal, 'first_version')};
end `;
}

/**
 * Answers the newest snapshot that fits as a text, which is empty where there is none; then the events from its own on.
 *
 * The rows of a moment begin with a snapshot all of whose events were stored by then; behind it, the first later event
 * ends them, as it does without a snapshot. Moments are compared as milliseconds, because a Date may lie outside of
 * what PostgreSQL reads as a time.
 */
export function snapshotTailBody(journal: EventTable, snapshot: EventTable): string {
  const parts = [
    's.aggregate_version',
    // Also where somebody has made it infinity.
    'extract(epoch from s.until_date) * 1000',
    's.event_id',
    's.checksum',
    's.state',
  ];
  return `
declare
  start integer;
  newest text;
begin
  select s.aggregate_version, ${joinedSql(parts)} into start, newest
  from ${snapshot.path} s
  where s.aggregate_type = stream_type and s.aggregate_id = stream_id
    and s.snapshot_version = wanted_version and s.shape = wanted_shape and s.aggregate_version <= last_version
    and (moment is null or extract(epoch from s.until_date) * 1000 <= moment)
  order by s.aggregate_version desc limit 1;
  return next coalesce(newest, '');
  if moment is not null then
    last_version := least(last_version, (
      select min(j.aggregate_version) - 1 from ${journal.path} j
      where j.aggregate_type = stream_type and j.aggregate_id = stream_id
        and j.aggregate_version > coalesce(start, 0) and extract(epoch from j.create_date) * 1000 > moment
    ));
  end if;
  return query ${eventsSql(journal, 'coalesce(start, 1)')};
end `;
}
