import { jsonPointer } from './json-pointer.js';
import { EventPayloadError } from './store.errors.js';

/** A payload as the journal keeps it: JSON, and beside it which of its values are of a type JSON has not. */
export interface EncodedPayload {
  /** The text of a JSON object. */
  readonly json: string;
  /** The text of a JSON object from JSON Pointers to {@link ExtendedType}s; `null` when all is plain JSON. */
  readonly types: string | null;
}

/** Types beyond JSON that payloads keep: `bigint` as decimal text, `Date` as ISO 8601, bytes as base64. */
export type ExtendedType = 'bigint' | 'date' | 'bytes';

/** The largest payload of one event, in bytes of JSON. */
export const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

const MAX_DEPTH = 500;

/**
 * Turns a payload into what the journal stores, and refuses every value that would come back as something else.
 *
 * Kept as they are: JSON values, bigints, Dates and bytes (Buffer, Uint8Array; they come back as Buffer).
 *
 * @param owner the name of the event's class, for messages.
 * @throws EventPayloadError for undefined, NaN, infinities, functions, symbols, cycles, Map, Set, objects with
 * methods, U+0000 or broken surrogate pairs in text, more than 500 levels, or more than {@link MAX_PAYLOAD_BYTES}.
 */
export function encodePayload(payload: Readonly<Record<string, unknown>>, owner: string): EncodedPayload {
  const { json, types } = encodePlain(payload) ?? encodeEach(payload, owner);
  if (json.length * 3 > MAX_PAYLOAD_BYTES && Buffer.byteLength(json) > MAX_PAYLOAD_BYTES) {
    throw new EventPayloadError(
      owner,
      '',
      `takes more than ${MAX_PAYLOAD_BYTES / 1024 / 1024} MiB as JSON`,
      'Keep large content in an object store and its address in the event.',
    );
  }
  return { json, types };
}

/** Encodes what is JSON as it is, which most payloads are; `undefined` for what has to be looked at closely. */
function encodePlain(payload: Readonly<Record<string, unknown>>): EncodedPayload | undefined {
  if (!isPlain(payload, 0)) return undefined;
  const json = JSON.stringify(payload);
  // U+0000 and half of a surrogate pair are written so, among others.
  return json.includes('\\u') ? undefined : { json, types: null };
}

function isPlain(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      return value === null || (depth < MAX_DEPTH && isPlainObject(value, depth + 1));
    default:
      return false;
  }
}

function isPlainObject(object: object, depth: number): boolean {
  if (Array.isArray(object)) {
    // Not with every(), which passes over holes.
    for (const each of object) if (!isPlain(each, depth)) return false;
    return true;
  }
  if (Object.getPrototypeOf(object) !== Object.prototype) return false;
  for (const key of Object.keys(object)) {
    if (!isPlain((object as Record<string, unknown>)[key], depth)) return false;
  }
  return true;
}

function encodeEach(payload: Readonly<Record<string, unknown>>, owner: string): EncodedPayload {
  const encoder = new PayloadEncoder(owner);
  const json = JSON.stringify(encoder.encodeObject(payload));
  return { json, types: encoder.types && JSON.stringify(encoder.types) };
}

class PayloadEncoder {
  types: Record<string, ExtendedType> | null = null;
  readonly #keys: (string | number)[] = [];
  readonly #parents: object[] = [];

  constructor(private readonly owner: string) {}

  /** The same object where all of it is JSON, else a copy with the values replaced that are not. */
  encodeObject(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    this.#enter(object);
    let copy: Record<string, unknown> | undefined;
    for (const key of Object.keys(object)) {
      this.#keys.push(key);
      this.#assertText(key, 'has a name');
      const value = object[key];
      const encoded = this.#encode(value);
      if (encoded !== value) {
        copy ??= cloneObject(object);
        copy[key] = encoded;
      }
      this.#keys.pop();
    }
    this.#parents.pop();
    return copy ?? object;
  }

  #encodeArray(array: readonly unknown[]): readonly unknown[] {
    this.#enter(array);
    let copy: unknown[] | undefined;
    for (let index = 0; index < array.length; index += 1) {
      this.#keys.push(index);
      const value = array[index];
      const encoded = this.#encode(value);
      if (encoded !== value) (copy ??= [...array])[index] = encoded;
      this.#keys.pop();
    }
    this.#parents.pop();
    return copy ?? array;
  }

  #encode(value: unknown): unknown {
    switch (typeof value) {
      case 'string':
        this.#assertText(value, 'is text');
        return value;
      case 'boolean':
        return value;
      case 'number':
        if (!Number.isFinite(value)) this.#refuse(`is ${value}`, 'Use null or a text for it.');
        return value;
      case 'bigint':
        return this.#mark('bigint', value.toString());
      case 'object':
        return value === null ? null : this.#encodeReference(value);
      case 'undefined':
        return this.#refuse('is undefined', 'Use null, or leave the property out.');
      default:
        return this.#refuse(`is a ${typeof value}`, 'Events hold data only.');
    }
  }

  #encodeReference(value: object): unknown {
    if (Array.isArray(value)) return this.#encodeArray(value);
    if (value instanceof Date) {
      if (Number.isNaN(value.getTime())) this.#refuse('is an invalid Date', 'Use null for no date.');
      return this.#mark('date', value.toISOString());
    }
    if (value instanceof Uint8Array) {
      return this.#mark(
        'bytes',
        Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
      );
    }
    if (!isPlainData(value)) {
      const name = value.constructor.name;
      this.#refuse(
        `is a ${name}, which would come back without its methods`,
        'Store plain objects and arrays.',
      );
    }
    return this.encodeObject(value as Readonly<Record<string, unknown>>);
  }

  #mark(type: ExtendedType, encoded: string): string {
    this.types ??= {};
    this.types[jsonPointer(this.#keys)] = type;
    return encoded;
  }

  #assertText(text: string, what: string): void {
    if (text.includes('\0')) {
      this.#refuse(`${what} with the character U+0000`, 'PostgreSQL cannot store it; remove or encode it.');
    }
    if (!text.isWellFormed()) {
      this.#refuse(`${what} with half of a surrogate pair`, 'It is no valid Unicode; store it as bytes.');
    }
  }

  #enter(value: object): void {
    if (this.#parents.includes(value))
      this.#refuse('refers back to an object that contains it', 'Remove the cycle.', true);
    if (this.#parents.length >= MAX_DEPTH)
      this.#refuse(`is nested deeper than ${MAX_DEPTH} levels`, 'Flatten it.', true);
    this.#parents.push(value);
  }

  #refuse(problem: string, cure: string, endless = false): never {
    throw new EventPayloadError(this.owner, renderPath(this.#keys), problem, cure, endless);
  }
}

/** An object whose data is all of it: no methods, accessors or internal state (Map, Set, RegExp, …) are lost. */
function isPlainData(value: object): boolean {
  for (
    let prototype = Object.getPrototypeOf(value) as object | null;
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    if (Reflect.ownKeys(prototype).some((key) => key !== 'constructor')) return false;
  }
  return true;
}

/** A shallow copy that keeps a property named `__proto__` a property. */
function cloneObject(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...object };
}

function renderPath(keys: readonly (string | number)[]): string {
  return keys
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join('');
}
