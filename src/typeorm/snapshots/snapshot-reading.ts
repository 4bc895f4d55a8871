import type { SnapshotAnswer, SnapshotQuery, SnapshotRecord } from '../../snapshots/index.js';
import { EVENT_TEXTS, textsToRecord } from '../event-columns.js';
import type { EventTable } from '../event-tables.js';
import { joinedSql, partsOf, textToRecord } from '../event-text.js';
import type { PreparedSql } from '../prepared-sql.js';
import type { Sql } from '../sql.js';
import { LAST_VERSION } from '../stream-pages.js';

/** As for a stream that is read without a snapshot. */
const PAGE_SIZE = 1024;

/**
 * Reads the newest snapshot that fits and the events from its own on, in one statement.
 *
 * @param name of the function that reads them, as SQL calls it.
 */
export async function readSnapshot(sql: Sql, name: string, query: SnapshotQuery): Promise<SnapshotAnswer> {
  const { aggregateType, aggregateId, snapshotVersion, shape, toVersion = LAST_VERSION, asOf } = query;
  const rows = await sql.query<{ line: string }[]>(`select ${name}($1, $2, $3, $4, $5, $6, $7) as line`, [
    aggregateType,
    aggregateId,
    snapshotVersion,
    shape,
    Math.min(toVersion, LAST_VERSION),
    asOf?.getTime().toString() ?? null,
    PAGE_SIZE,
  ]);
  const [newest, ...events] = rows;
  return {
    snapshot: toSnapshot(newest!.line, query),
    records: events.map(({ line }) => textToRecord(line, aggregateType, aggregateId)),
    more: events.length === PAGE_SIZE,
  };
}

/** The statement of {@link readSnapshotPrepared}: the same as the function answers, for the present or a version. */
export function preparedTailSql(journal: EventTable, snapshot: EventTable): string {
  const line = joinedSql([
    'newest_version',
    `date_part('epoch', until_date) * 1000`,
    'newest_id',
    'checksum',
    'state',
  ]);
  // There is one row to the left of the events, so the join keeps their order; without any it has no event in it.
  return `select ${EVENT_TEXTS}, case when newest_version = coalesce(aggregate_version, newest_version) then ${line} end as c
    from (select 1) as always
    left join (
      select aggregate_version as newest_version, until_date, event_id as newest_id, checksum, state from ${snapshot.path}
      where aggregate_type = $1 and aggregate_id = $2 and snapshot_version = $3 and shape = $4 and aggregate_version <= $5
      order by aggregate_version desc limit 1
    ) as newest on true
    left join lateral (
      select * from ${journal.path}
      where aggregate_type = $1 and aggregate_id = $2
        and aggregate_version >= coalesce(newest_version, 1) and aggregate_version <= $5
      order by aggregate_version limit $6
    ) as journal on true`;
}

/** As {@link readSnapshot}, by a prepared statement, whose rows come while others are read; not for a moment. */
export async function readSnapshotPrepared(
  sql: PreparedSql,
  statement: string,
  query: SnapshotQuery,
): Promise<SnapshotAnswer> {
  const { aggregateType, aggregateId, snapshotVersion, shape, toVersion = LAST_VERSION } = query;
  const last = Math.min(toVersion, LAST_VERSION);
  const rows = await sql.texts(statement, [
    aggregateType,
    aggregateId,
    snapshotVersion,
    shape,
    last,
    PAGE_SIZE,
  ]);
  const [first] = rows;
  const events = first![0] === null ? [] : rows;
  return {
    snapshot: toSnapshot(first!.at(-1) ?? '', query),
    records: events.map((row) => textsToRecord(row, aggregateType, aggregateId)),
    more: events.length === PAGE_SIZE,
  };
}

function toSnapshot(text: string, query: SnapshotQuery): SnapshotRecord | undefined {
  if (text === '') return undefined;
  const { aggregateType, aggregateId, snapshotVersion, shape } = query;
  const [version, until, eventId, checksum, state] = partsOf(text, 5) as [
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    aggregateType,
    aggregateId,
    snapshotVersion,
    shape,
    aggregateVersion: Number(version),
    eventId,
    until: new Date(Number(until)),
    checksum,
    state,
  };
}
