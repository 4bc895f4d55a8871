import { parse, stringify } from 'devalue';
import { findUnkept, type UnkeptValue } from './kept-values.js';

/** The value that keeps a state from being stored; whoever knows whose state it is tells more. */
export class UnkeptStateError extends Error {
  constructor(readonly unkept: UnkeptValue) {
    super(`${unkept.path} is ${unkept.what}`);
  }
}

type Entries = [hasPrototype: boolean, ...entries: [string, unknown][]];

/** Bytes as base64: the memory around a part of a larger buffer is nobody's business, and a Buffer stays one. */
const REDUCERS = {
  Buffer: (value: unknown) => Buffer.isBuffer(value) && [value.toString('base64')],
  Bytes: (value: unknown) =>
    value instanceof Uint8Array &&
    value.byteLength < value.buffer.byteLength && [Buffer.from(value).toString('base64')],
  // Not as an object, in which a property of this name could be taken for the prototype.
  Entries: (value: unknown) =>
    typeof value === 'object' &&
    value !== null &&
    Object.hasOwn(value, '__proto__') && [Object.getPrototypeOf(value) !== null, ...Object.entries(value)],
};

const REVIVERS = {
  Buffer: ([base64]: [string]) => Buffer.from(base64, 'base64'),
  Bytes: ([base64]: [string]) => Uint8Array.from(Buffer.from(base64, 'base64')),
  Entries: ([hasPrototype, ...entries]: Entries) => {
    const object: object = hasPrototype ? {} : (Object.create(null) as object);
    for (const [key, value] of entries) {
      Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return object;
  },
};

/** The text of a state, from which {@link decodeState} makes the same again. @throws UnkeptStateError */
export function encodeState(state: unknown): string {
  const unkept = findUnkept(state);
  if (unkept) throw new UnkeptStateError(unkept);
  const text = stringify(state, REDUCERS);
  // A cycle through such an object cannot be read again.
  if (text.includes('["Entries"')) assertReadable(text);
  return text;
}

/** @throws Error of any kind when the text is damaged */
export function decodeState(text: string): unknown {
  return parse(text, REVIVERS);
}

function assertReadable(text: string): void {
  try {
    decodeState(text);
  } catch {
    throw new UnkeptStateError({ path: '', what: 'a cycle through an object with a property "__proto__"' });
  }
}
