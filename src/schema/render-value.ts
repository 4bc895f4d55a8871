import { types } from 'node:util';

const LONGEST = 80;
const SHOWN_KEYS = 6;

/** Control, direction and line characters that could rewrite a terminal's output. */
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

/** Writes unprintable characters of a text as escapes, so it can be shown on a terminal. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Shows any value with its type on one line, cut at about 80 characters; never throws, whatever the value. */
export function renderValue(value: unknown): string {
  try {
    return cut(printable(render(value)));
  } catch {
    return 'a value that cannot be shown';
  }
}

function render(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'object') return renderObject(value);
  if (typeof value === 'bigint') return renderBigInt(value);
  if (typeof value === 'number') return `number ${Object.is(value, -0) ? '-0' : value}`;
  if (typeof value === 'boolean') return `boolean ${value}`;
  if (typeof value !== 'string') return typeof value;
  return `string ${JSON.stringify(value.slice(0, LONGEST))}${value.length > LONGEST ? '…' : ''}`;
}

/** A bigint of a million digits takes seconds to print, so only those of ordinary size are. */
function renderBigInt(value: bigint): string {
  return BigInt.asIntN(256, value) === value ? `bigint ${value}` : 'bigint of more than 256 bits';
}

function renderObject(value: object): string {
  if (Array.isArray(value)) return `array of ${value.length}`;
  if (Buffer.isBuffer(value)) return `Buffer of ${value.length} bytes`;
  if (types.isDate(value)) {
    const time = Date.prototype.getTime.call(value);
    return Number.isNaN(time) ? 'Date (invalid)' : `Date ${new Date(time).toISOString()}`;
  }
  const keys = Object.keys(value);
  const shown = keys.slice(0, SHOWN_KEYS).map((key) => key.slice(0, LONGEST));
  if (keys.length > shown.length) shown.push('…');
  return shown.length === 0 ? `${className(value)} {}` : `${className(value)} { ${shown.join(', ')} }`;
}

function className(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) return 'object';
  const name: unknown = prototype.constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object' ? name.slice(0, LONGEST) : 'object';
}

function cut(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST - 1).replace(/\p{Surrogate}$/u, '')}…`;
}
