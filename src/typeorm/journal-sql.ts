import type { JournalRecord } from '../store/index.js';
import { toMetadataText } from './row-metadata.js';

/**
 * A journal that is known to have this position is read by a statement, whose plan uses the index then. In a smaller one
 * it might not, and a connection could keep that plan; the function uses the index always.
 */
export const LARGE = 1000n;

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
  readonly metadata: string | null;
  readonly correlation: string | null;
  readonly causation: string | null;
}

/** A row as {@link RECORD_COLUMNS} selects it. */
export interface JournalRow extends EventRow {
  readonly aggregate_type: string;
  readonly aggregate_id: string;
}

const POSITION_AND_TIME = `position::text as journal_position, (date_part('epoch', create_date) * 1000)::bigint::text as created`;

/** All of a row but its stream, as {@link EventRow}: for who knows the stream. */
export const EVENT_COLUMNS = `${POSITION_AND_TIME}, aggregate_version, event_version, event_id::text as event_id, event_type,
  event_data::text as data, encode(event_bytes, 'base64') as bytes, event_data_types::text as data_types, metadata::text as metadata,
  correlation_id::text as correlation, causation_id::text as causation`;

/** All of a row, as {@link JournalRow}. */
export const RECORD_COLUMNS = `${EVENT_COLUMNS}, aggregate_type, aggregate_id`;

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
    metadata: toMetadataText({
      metadata: row.metadata,
      correlationId: row.correlation,
      causationId: row.causation,
    }),
    aggregateType,
    aggregateId,
    aggregateVersion: row.aggregate_version,
    position: BigInt(row.journal_position),
    createdAt: new Date(Number(row.created)),
  };
}
