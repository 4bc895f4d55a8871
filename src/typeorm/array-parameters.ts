/**
 * Arrays as the text that PostgreSQL reads. The driver does the same value by value, with a look at the type of each
 * and with escapes in all of them, which took longer than the rest of an append.
 */

/** Stands between the JSON texts of a {@link list}, in which it is always escaped. */
const SEPARATOR = '\u0001';

/** Of values that need no quotes, such as numbers and UUIDs; `null` when there is none. */
export function arrayOfPlain(values: readonly (string | number | null)[]): string | null {
  if (values.every((value) => value === null)) return null;
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

/** Of any texts. */
export function arrayOfTexts(values: readonly string[]): string {
  return `{${values.map(quote).join(',')}}`;
}

/** Of bytes; `null` when there are none. */
export function arrayOfBytes(values: readonly (Uint8Array | null)[]): string | null {
  if (values.every((value) => value === null)) return null;
  return `{${values.map((value) => (value === null ? 'NULL' : `"\\\\x${hex(value)}"`)).join(',')}}`;
}

/** Of JSON texts: no array, but what {@link listed} makes one of; `null` when there is none. */
export function list(values: readonly (string | null)[]): string | null {
  if (values.every((value) => value === null)) return null;
  return values.map((value) => value ?? '').join(SEPARATOR);
}

/** SQL that makes an array of a {@link list}. */
export function listed(parameter: string): string {
  return `string_to_array(${parameter}::text, E'\\x01', '')`;
}

/** The values of a list without anything to escape, as `array_to_string(…, ',')` makes it. */
export function listOf(text: string | null): string[] {
  return text === null || text === '' ? [] : text.split(',');
}

function quote(text: string): string {
  return `"${/["\\]/.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
