import type { SnapshotAnswer, SnapshotQuery, SnapshotRecord } from '../../snapshots/index.js';
import type { EventTable } from '../event-tables.js';
import { EVENT_COLUMNS, toRecordOf, type EventRow } from '../journal-sql.js';
import type { Sql } from '../sql.js';

/** As for a stream that is read without a snapshot. */
const PAGE_SIZE = 1024;
const LAST_VERSION = 2 ** 31 - 1;

/** An event, if there is one, and a snapshot, if there is one; its state is in the first row alone. */
type Row = (EventRow | { readonly aggregate_version: null }) & (SnapshotColumns | { readonly start: null });

interface SnapshotColumns {
  readonly start: number;
  readonly until: string;
  readonly start_event: string;
  readonly checksum: string;
  readonly state: string;
}

/**
 * Reads the newest snapshot that fits and the events from its own on, in one statement.
 *
 * The rows of a moment begin with a snapshot all of whose events were stored by then; behind it, the first later event
 * ends them, as it does without a snapshot.
 */
export async function readSnapshot(
  sql: Sql,
  tables: { readonly journal: EventTable; readonly snapshot: EventTable },
  query: SnapshotQuery,
): Promise<SnapshotAnswer> {
  const { aggregateType, aggregateId, snapshotVersion, shape, toVersion = LAST_VERSION, asOf } = query;
  const parameters: unknown[] = [aggregateType, aggregateId, snapshotVersion, shape];
  const parameter = (value: unknown): string => `$${parameters.push(value)}`;
  const until = toVersion < LAST_VERSION ? `and aggregate_version <= ${parameter(toVersion)}` : '';
  const moment = asOf && `${parameter(asOf.getTime().toString())}::bigint`;
  const rows = await sql.query<Row[]>(
    `select tail.*, start, until, start_event,
       case when tail.aggregate_version > start then null else checksum end as checksum,
       case when tail.aggregate_version > start then null else state end as state
     from (select) as always
     left join lateral (
       select aggregate_version as start, event_id::text as start_event, checksum, state,
         (extract(epoch from until_date) * 1000)::text as until
       from ${tables.snapshot.path}
       where aggregate_type = $1 and aggregate_id = $2 and snapshot_version = $3 and shape = $4 ${until}
         ${moment ? `and extract(epoch from until_date) * 1000 <= ${moment}` : ''}
       order by aggregate_version desc limit 1
     ) as newest on true
     left join lateral (
       select ${EVENT_COLUMNS} from ${tables.journal.path} as journal
       where aggregate_type = $1 and aggregate_id = $2 and aggregate_version >= coalesce(start, 1) ${until}
         ${moment ? `and aggregate_version < ${firstAfterSql(tables.journal.path, moment)}` : ''}
       order by aggregate_version limit ${PAGE_SIZE}
     ) as tail on true`,
    parameters,
  );
  // They come in order, though no SQL has said so: to ask for it costs more than to make sure of it here.
  rows.sort((a, b) => (a.aggregate_version ?? 0) - (b.aggregate_version ?? 0));
  return {
    snapshot: toSnapshot(rows[0]!, query),
    records: rows.flatMap((row) =>
      row.aggregate_version === null ? [] : toRecordOf(row, aggregateType, aggregateId),
    ),
    more: rows.length === PAGE_SIZE,
  };
}

function toSnapshot(first: Row, query: SnapshotQuery): SnapshotRecord | undefined {
  if (first.start === null) return undefined;
  const { aggregateType, aggregateId, snapshotVersion, shape } = query;
  return {
    aggregateType,
    aggregateId,
    snapshotVersion,
    shape,
    aggregateVersion: first.start,
    eventId: first.start_event,
    until: new Date(Number(first.until)),
    checksum: first.checksum,
    state: first.state,
  };
}

/** The version of the first event behind the snapshot that was stored after a moment. */
function firstAfterSql(path: string, moment: string): string {
  return `coalesce((select min(aggregate_version) from ${path}
    where aggregate_type = $1 and aggregate_id = $2 and aggregate_version > coalesce(start, 0)
      and extract(epoch from create_date) * 1000 > ${moment}), ${LAST_VERSION})`;
}
