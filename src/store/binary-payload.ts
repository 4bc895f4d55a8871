import type { EventSchema } from '../schema/index.js';
import { amend, amendmentsTo } from './payload-amendments.js';

/** A payload as the journal keeps it in Avro. */
export interface BinaryPayload {
  readonly bytes: Buffer;
  /** The text of a JSON object, `Amendments`; `null` when the bytes say it all. */
  readonly types: string | null;
}

/**
 * Turns a payload into Avro binary; `undefined` where a reader of the bytes would not get exactly this payload, such
 * as one with a property that the schema does not declare. Then it has to be stored as JSON.
 *
 * @param payload one that `encodePayload` takes.
 */
export function encodeBinary(
  payload: Readonly<Record<string, unknown>>,
  { codec, version }: EventSchema,
): BinaryPayload | undefined {
  let bytes: Buffer;
  let read: Record<string, unknown>;
  try {
    bytes = codec.encode(payload);
    read = codec.decode(bytes);
  } catch {
    return undefined;
  }
  const amendments = amendmentsTo(read, payload, version);
  if (!amendments) return undefined;
  const types = Object.keys(amendments).length > 0 ? JSON.stringify(amendments) : null;
  return { bytes, types };
}

/**
 * The reverse of {@link encodeBinary}.
 *
 * @param schema the one that it was written with.
 * @throws TypeError, SyntaxError, when the bytes are no payload of the schema.
 */
export function decodeBinary(
  bytes: Buffer,
  types: string | null,
  { codec, eventType, version }: EventSchema,
): Record<string, unknown> {
  let payload: Record<string, unknown>;
  try {
    payload = codec.decode(bytes);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new TypeError(`its bytes are no version ${version} of ${eventType} (${problem})`, { cause: error });
  }
  if (types !== null) amend(payload, JSON.parse(types) as Record<string, unknown>, version);
  return payload;
}
