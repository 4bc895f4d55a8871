import {
  AvroArray,
  AvroDouble,
  AvroEnum,
  AvroFloat,
  AvroMap,
  AvroRecord,
  AvroString,
  internalsOf,
} from './avsc.js';
import type { AvroInternals, AvroType, MismatchHook, Tap } from './avsc.js';
import { hasPlainPrototype, isPlainObject } from './plain-object.js';
import { setOwn } from './own-property.js';

/*
 * avsc's types with the holes closed through which a value passes that would not be read back as it was:
 * arrays and dates as records, inherited properties as fields, NaN as a number, and so on.
 */

/** A record whose values are plain objects and whose fields are the value's own properties. */
export class StrictRecord extends AvroRecord {
  override _createChecker(): AvroInternals['_check'] {
    const check = super._createChecker();
    const names = this.fields.map(({ name }) => name);
    return function checkRecord(this: StrictRecord, value, flags, hook, path) {
      if (!isPlainObject(value) || (!hasPlainPrototype(value) && inheritsAny(value, names))) {
        hook?.(value, this);
        return false;
      }
      return check.call(this, value, flags, hook, path);
    };
  }

  /** Reads plain objects: avsc has a class for every record. */
  override _createReader(): AvroInternals['_read'] {
    (this.recordConstructor as { prototype: object }).prototype = Object.prototype;
    return super._createReader();
  }

  override _checkFields(value: object): boolean {
    for (const key of Object.keys(value)) if (!Object.hasOwn(this._fieldsByName, key)) return false;
    return true;
  }

  override _copy(value: unknown, options?: unknown): unknown {
    if (!isPlainObject(value)) throw new TypeError(`not a ${this.name}`);
    return super._copy(value, options);
  }
}

function inheritsAny(value: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  return names.some((name) => value[name] !== undefined && !Object.hasOwn(value, name));
}

/** The most items that a list or a map is read with: beyond, the bytes are not what we have written. */
const MAX_ITEMS = 2 ** 24;

/** Reads as many items as the bytes say, in as many blocks; they may say anything. */
function readItems(tap: Tap, readItem: () => void): void {
  let total = 0;
  for (let count = tap.readLong(); count !== 0; count = tap.readLong()) {
    if (count < 0) tap.skipLong();
    const items = Math.abs(count);
    total += items;
    if (total > MAX_ITEMS) throw new RangeError(`they say that ${total} items follow`);
    for (let index = 0; index < items; index += 1) {
      readItem();
      if (tap.pos > tap.buf.length) throw new RangeError('they end in the middle of a value');
    }
  }
}

/** An array that does not believe bytes that announce more items than there can be. */
export class StrictArray extends AvroArray {
  override _read(tap: Tap): unknown[] {
    const items = internalsOf(this.itemsType);
    const array: unknown[] = [];
    readItems(tap, () => array.push(items._read(tap)));
    return array;
  }
}

/** A map whose values are plain objects; a key `__proto__` is refused, as copies of the map would lose it. */
export class StrictMap extends AvroMap {
  override _check(value: unknown, flags?: unknown, hook?: MismatchHook, path?: string[]): boolean {
    if (!isPlainObject(value) || Object.hasOwn(value, '__proto__')) {
      hook?.(value, this);
      return false;
    }
    return super._check(value, flags, hook, path);
  }

  override _read(tap: Tap): Record<string, unknown> {
    const values = internalsOf(this.valuesType as AvroType);
    const map: Record<string, unknown> = {};
    readItems(tap, () => setOwn(map, tap.readString() ?? '', values._read(tap)));
    return map;
  }
}

/** An enum whose values are strings, not what merely turns into one. */
export class StrictEnum extends AvroEnum {
  override _check(value: unknown, flags?: unknown, hook?: MismatchHook): boolean {
    if (typeof value !== 'string' || !this.symbols.includes(value)) {
      hook?.(value, this);
      return false;
    }
    return true;
  }
}

/** The most bytes whose text is made at once: every string taken out of it keeps it alive. */
const MAX_TEXT = 4096;

/** Reads a string; where it is ASCII, out of the text of all bytes, as decoding each by itself costs much more. */
function readText(tap: Tap): unknown {
  const { buf, pos: start } = tap;
  const size = tap.readLong();
  const from = tap.pos;
  const to = from + size;
  if (size >= 0 && to <= buf.length && buf.length <= MAX_TEXT) {
    let index = from;
    while (index < to && buf[index]! < 128) index += 1;
    if (index === to) {
      tap.pos = to;
      return (tap.text ??= buf.toString('latin1')).slice(from, to);
    }
  }
  tap.pos = start;
  return tap.readString();
}

/** A string that is Unicode text: half a surrogate pair cannot be encoded, so it is refused. */
export class StrictString extends AvroString {
  override _check(value: unknown, flags?: unknown, hook?: MismatchHook): boolean {
    if (typeof value !== 'string' || /\p{Surrogate}/u.test(value)) {
      hook?.(value, this);
      return false;
    }
    return true;
  }

  override _read(tap: Tap): unknown {
    return readText(tap);
  }
}

// Negative zero is written as zero, as it is in JSON.

/** A number that a 4-byte float can hold: NaN, infinities and numbers beyond 3.4e38 are refused. */
export class FiniteFloat extends AvroFloat {
  override _check(value: unknown, flags?: unknown, hook?: MismatchHook): boolean {
    if (typeof value !== 'number' || !Number.isFinite(Math.fround(value))) {
      hook?.(value, this);
      return false;
    }
    return true;
  }

  override _write(tap: Tap, value: unknown): void {
    super._write(tap, typeof value === 'number' ? value + 0 : value);
  }
}

/** A number, but neither NaN nor infinite. */
export class FiniteDouble extends AvroDouble {
  override _check(value: unknown, flags?: unknown, hook?: MismatchHook): boolean {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      hook?.(value, this);
      return false;
    }
    return true;
  }

  override _write(tap: Tap, value: unknown): void {
    super._write(tap, typeof value === 'number' ? value + 0 : value);
  }
}
