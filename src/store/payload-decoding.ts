import { placeAt, valueAt } from './json-pointer.js';

/**
 * Turns what the journal keeps as JSON back into a payload; the reverse of `encodePayload`.
 *
 * @param json the text of a JSON object.
 * @param types what `EncodedPayload.types` is.
 * @throws SyntaxError or TypeError when the texts are not of that form.
 */
export function decodePayload(json: string, types: string | null): Record<string, unknown> {
  const payload: unknown = JSON.parse(json);
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new TypeError('its data is no JSON object');
  }
  if (types !== null) restoreTypes(payload, JSON.parse(types) as Record<string, unknown>);
  return payload as Record<string, unknown>;
}

function restoreTypes(payload: object, types: Record<string, unknown>): void {
  for (const [pointer, type] of Object.entries(types)) {
    const place = placeAt(payload, pointer);
    // The property is there already, so this cannot reach a setter such as that of __proto__.
    place.owner[place.key] = restore(valueAt(place, pointer), type, pointer);
  }
}

function restore(value: unknown, type: unknown, pointer: string): unknown {
  if (typeof value === 'string') {
    if (type === 'bigint' && /^-?\d+$/.test(value)) return BigInt(value);
    if (type === 'date' && !Number.isNaN(Date.parse(value))) return new Date(value);
    if (type === 'bytes') return Buffer.from(value, 'base64');
  }
  throw new TypeError(`its value at ${JSON.stringify(pointer)} is no ${String(type)}`);
}
