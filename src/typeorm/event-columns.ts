import type { JournalRecord } from '../store/index.js';
import type { TextRow } from './prepared-sql.js';
import { toMetadataText } from './row-metadata.js';

const COLUMNS = [
  'aggregate_version',
  'position',
  // Milliseconds of Unix time.
  `(date_part('epoch', create_date) * 1000)::bigint`,
  'event_id',
  'event_type',
  'event_version',
  'event_data',
  `encode(event_bytes, 'base64')`,
  'event_data_types',
  'metadata',
  'correlation_id',
  'causation_id',
];

/**
 * All of a row but its stream, in the order of {@link EventTexts}; for `PreparedSql.texts`, which answers lists.
 *
 * All columns have one name, because the driver makes an object of the names for each answer.
 */
export const EVENT_TEXTS = COLUMNS.map((column) => `${column} as c`).join(', ');

/** The same with its stream behind it, for {@link streamTextsToRecord}. */
export const STREAM_EVENT_TEXTS = `${EVENT_TEXTS}, aggregate_type as c, aggregate_id as c`;

type EventTexts = readonly [
  version: string,
  position: string,
  created: string,
  eventId: string,
  eventType: string,
  eventVersion: string | null,
  data: string | null,
  bytes: string | null,
  dataTypes: string | null,
  metadata: string | null,
  correlationId: string | null,
  causationId: string | null,
];

/** Turns a row of {@link EVENT_TEXTS} of a known stream into a record. */
export function textsToRecord(row: TextRow, aggregateType: string, aggregateId: string): JournalRecord {
  // By index, because taking it apart would go through an iterator.
  const texts = row as EventTexts;
  return {
    eventId: texts[3],
    eventType: texts[4],
    eventVersion: texts[5] === null ? null : Number(texts[5]),
    data: texts[6] ?? Buffer.from(texts[7] ?? '', 'base64'),
    dataTypes: texts[8],
    metadata: toMetadataText({ metadata: texts[9], correlationId: texts[10], causationId: texts[11] }),
    aggregateType,
    aggregateId,
    aggregateVersion: Number(texts[0]),
    position: BigInt(texts[1]),
    createdAt: new Date(Number(texts[2])),
  };
}

/** Turns a row of {@link STREAM_EVENT_TEXTS} into a record. */
export function streamTextsToRecord(row: TextRow): JournalRecord {
  return textsToRecord(row, row[COLUMNS.length]!, row[COLUMNS.length + 1]!);
}
