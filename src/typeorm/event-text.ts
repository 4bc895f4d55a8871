import type { JournalRecord } from '../store/index.js';
import { toMetadataText } from './row-metadata.js';

/** The parts of an event, in the order of {@link eventTextSql}. */
type EventParts = [...Five, ...Five, string, string];
type Five = [string, string, string, string, string];

/** Stands between the parts of a text: JSON escapes it, and neither numbers nor UUIDs nor base64 know it. */
const SEPARATOR = '\u001f';

/** SQL for texts that are put together to one, which {@link partsOf} takes apart; a null is as empty as ''. */
export function joinedSql(parts: readonly string[]): string {
  return `concat(${parts.join(`, e'\\x1f', `)})`;
}

/** Takes apart what {@link joinedSql} put together; only the last part may be any text at all. */
export function partsOf(text: string, count: number): string[] {
  const parts = text.split(SEPARATOR);
  return parts.length === count
    ? parts
    : [...parts.slice(0, count - 1), parts.slice(count - 1).join(SEPARATOR)];
}

/**
 * An event as one text, as functions answer it: a row of twelve columns would cost them more.
 *
 * @param row the alias of the journal.
 */
export function eventTextSql(row: string): string {
  return joinedSql([
    `${row}.aggregate_version`,
    `${row}.position`,
    // Milliseconds of Unix time.
    `(date_part('epoch', ${row}.create_date) * 1000)::bigint`,
    `${row}.event_id`,
    `${row}.event_version`,
    `${row}.correlation_id`,
    `${row}.causation_id`,
    `${row}.metadata`,
    `${row}.event_data_types`,
    `${row}.event_data`,
    `encode(${row}.event_bytes, 'base64')`,
    // Any text, so it comes last.
    `${row}.event_type`,
  ]);
}

/** Turns the text of an event of a known stream into a record. */
export function textToRecord(text: string, aggregateType: string, aggregateId: string): JournalRecord {
  const [
    version,
    position,
    created,
    eventId,
    eventVersion,
    correlation,
    causation,
    metadata,
    types,
    data,
    bytes,
    eventType,
  ] = partsOf(text, 12) as EventParts;
  return {
    eventId,
    eventType,
    eventVersion: eventVersion === '' ? null : Number(eventVersion),
    // No JSON is empty, but bytes may be.
    data: data === '' ? Buffer.from(bytes, 'base64') : data,
    dataTypes: types || null,
    metadata: toMetadataText({
      metadata: metadata || null,
      correlationId: correlation || null,
      causationId: causation || null,
    }),
    aggregateType,
    aggregateId,
    aggregateVersion: Number(version),
    position: BigInt(position),
    createdAt: new Date(Number(created)),
  };
}
