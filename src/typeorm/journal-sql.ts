import type { JournalRecord } from '../store/index.js';
import type { EventTable } from './event-tables.js';
import { METADATA_TEXT } from './row-metadata.js';

/**
 * A row as {@link EVENT_COLUMNS} selects it: text where the driver's parsers could be set to something else. No text
 * has the name of its column, or ORDER BY would mean the text.
 */
export interface EventRow {
  readonly journal_position: string;
  readonly created: string;
  readonly aggregate_version: number;
  readonly event_version: number | null;
  readonly event_id: string;
  readonly event_type: string;
  /** `null` when there are bytes. */
  readonly data: string | null;
  /** In base64. */
  readonly bytes: string | null;
  readonly data_types: string | null;
  readonly metadata: string;
}

/** A row as {@link RECORD_COLUMNS} selects it. */
export interface JournalRow extends EventRow {
  readonly aggregate_type: string;
  readonly aggregate_id: string;
}

const POSITION_AND_TIME = `position::text as journal_position, (date_part('epoch', create_date) * 1000)::bigint::text as created`;

/** All of a row but its stream, as {@link EventRow}: for who knows the stream. */
export const EVENT_COLUMNS = `${POSITION_AND_TIME}, aggregate_version, event_version, event_id::text as event_id, event_type,
  event_data::text as data, encode(event_bytes, 'base64') as bytes, event_data_types::text as data_types, ${METADATA_TEXT} as metadata`;

/** All of a row, as {@link JournalRow}. */
export const RECORD_COLUMNS = `${EVENT_COLUMNS}, aggregate_type, aggregate_id`;

/** What the append answers for each stored row. */
export interface AppendedRow {
  readonly event_id: string;
  readonly journal_position: string;
  readonly created: string;
  readonly aggregate_version: number;
}

/** How {@link appendSql} is told an expected version that is no number. */
export const ANY_VERSION = -1;
/** See {@link ANY_VERSION}. */
export const STREAM_EXISTS = -2;

/**
 * One statement that checks the expected versions of all streams and, if all hold, stores all rows.
 *
 * It takes the RowExclusiveLock on the journal, then looks at the streams, then draws the positions: whoever holds a
 * position that is not visible yet is found by that lock, and a refused append burns no positions. Streams are
 * written in the order of their names, so that appends to several streams do not deadlock.
 *
 * A row lost to a race violates a unique constraint, which takes the whole statement back.
 */
export function appendSql({ path }: EventTable): string {
  return `
    with head as materialized (
      select s.n, s.aggregate_type, s.aggregate_id, s.expected,
        coalesce((
          select max(j.aggregate_version) from ${path} j
          where j.aggregate_type = s.aggregate_type and j.aggregate_id = s.aggregate_id
        ), 0) as version
      from unnest($1::text[], $2::text[], $3::int[]) with ordinality as s (aggregate_type, aggregate_id, expected, n)
    )
    insert into ${path} (aggregate_type, aggregate_id, aggregate_version, event_id, event_type, event_version,
      event_data, event_bytes, event_data_types, metadata, correlation_id, causation_id)
    select h.aggregate_type, h.aggregate_id, h.version + e.step, e.event_id, e.event_type, e.event_version,
      e.data::jsonb, e.bytes, e.data_types::jsonb, e.metadata::jsonb, e.correlation_id, e.causation_id
    from unnest($4::int[], $5::int[], $6::uuid[], $7::text[], $8::int[], $9::text[], $10::text[], $11::text[], $12::bytea[],
      $13::uuid[], $14::uuid[])
      as e (stream, step, event_id, event_type, event_version, data, data_types, metadata, bytes,
      correlation_id, causation_id)
    join head h on h.n = e.stream
    where (
      select bool_and(case expected
        when ${ANY_VERSION} then true
        when ${STREAM_EXISTS} then version > 0
        else version = expected end)
      from head
    )
    order by h.aggregate_type, h.aggregate_id, e.step
    returning event_id::text as event_id, ${POSITION_AND_TIME}, aggregate_version`;
}

/** Turns a row into a record. */
export function toRecord(row: JournalRow): JournalRecord {
  return toRecordOf(row, row.aggregate_type, row.aggregate_id);
}

/** Turns a row of a known stream into a record. */
export function toRecordOf(row: EventRow, aggregateType: string, aggregateId: string): JournalRecord {
  return {
    eventId: row.event_id,
    eventType: row.event_type,
    eventVersion: row.event_version,
    data: row.data ?? Buffer.from(row.bytes ?? '', 'base64'),
    dataTypes: row.data_types,
    metadata: row.metadata,
    aggregateType,
    aggregateId,
    aggregateVersion: row.aggregate_version,
    position: BigInt(row.journal_position),
    createdAt: new Date(Number(row.created)),
  };
}
