import { decodeBinary } from './binary-payload.js';
import type { JournalRecord } from './journal-record.js';
import { keptSchema } from './kept-schemas.js';
import { encodePayload } from './payload-encoding.js';
import type { WrittenSchema } from './schema-archive.js';

/**
 * The payload of a row as JSON, whatever it is stored in: for people, who know its types.
 *
 * @param schemas what the journal has kept of its type of events.
 * @throws Error when it cannot be read, in the form of a clause.
 */
export function shownPayload(record: JournalRecord, schemas: readonly WrittenSchema[]): unknown {
  const { data, dataTypes, eventType, eventVersion } = record;
  if (typeof data === 'string') return JSON.parse(data);
  const written = schemas.find((schema) => schema.eventVersion === eventVersion);
  if (!written) throw new Error(`the journal has not kept version ${eventVersion} of its schema`);
  return JSON.parse(encodePayload(decodeBinary(data, dataTypes, keptSchema(written)), eventType).json);
}
