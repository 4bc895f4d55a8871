import { isDate, isMap, isRegExp, isSet } from 'node:util/types';

/** A value that a snapshot would not bring back as it is. */
export interface UnkeptValue {
  /** The way to it from the state, such as `.items[3].price`. */
  readonly path: string;
  /** What it is, such as `a Big`. */
  readonly what: string;
}

/** How deep a state may be nested, which is also what can be read again without running out of stack. */
const MAX_DEPTH = 500;

/** What is kept as a whole, if it is one of these very classes. */
const CLASSES: readonly { readonly prototype: unknown }[] = [
  ArrayBuffer,
  DataView,
  Buffer,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  URL,
  URLSearchParams,
];
const WHOLE = new Set(CLASSES.map(({ prototype }) => prototype));

/** Finds the first value in a state that a snapshot would lose, or bring back as something else. */
export function findUnkept(state: unknown): UnkeptValue | undefined {
  return new Search().in(state, '', 0);
}

class Search {
  readonly #seen = new Set<object>();

  in(value: unknown, path: string, depth: number): UnkeptValue | undefined {
    if (typeof value === 'function') return { path, what: 'a function' };
    if (typeof value === 'symbol') return { path, what: 'a symbol' };
    if (typeof value !== 'object' || value === null || this.#seen.has(value)) return undefined;
    if (depth > MAX_DEPTH) return { path: shorten(path), what: `nested more than ${MAX_DEPTH} levels deep` };
    this.#seen.add(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.#inObject(value, path, depth);
    if (prototype === Array.prototype) return this.#inArray(value as unknown[], path, depth);
    if (prototype === Map.prototype && isMap(value)) {
      return propertyOf(value, path) ?? this.#inMap(value, path, depth);
    }
    if (prototype === Set.prototype && isSet(value)) {
      return propertyOf(value, path) ?? this.#inSet(value, path, depth);
    }
    if (
      (prototype === Date.prototype && isDate(value)) ||
      (prototype === RegExp.prototype && isRegExp(value))
    ) {
      return propertyOf(value, path);
    }
    return WHOLE.has(prototype) ? undefined : { path, what: `a ${nameOf(value)}` };
  }

  #inObject(object: object, path: string, depth: number): UnkeptValue | undefined {
    for (const key of Reflect.ownKeys(object)) {
      const place = `${path}${written(key)}`;
      const found = unkeptProperty(object, key, place) ?? this.in(valueOf(object, key), place, depth + 1);
      if (found) return found;
    }
    return undefined;
  }

  #inArray(array: unknown[], path: string, depth: number): UnkeptValue | undefined {
    for (const key of Reflect.ownKeys(array)) {
      if (key === 'length') continue;
      const isIndex = typeof key === 'string' && /^\d+$/.test(key);
      const place = `${path}${isIndex ? `[${key}]` : written(key)}`;
      if (!isIndex) return { path: place, what: 'a property of an array' };
      const found = unkeptProperty(array, key, place) ?? this.in(valueOf(array, key), place, depth + 1);
      if (found) return found;
    }
    return undefined;
  }

  #inMap(map: ReadonlyMap<unknown, unknown>, path: string, depth: number): UnkeptValue | undefined {
    for (const [key, value] of map) {
      const place = `${path}.get(${typeof key === 'string' ? JSON.stringify(key) : '…'})`;
      const found = this.in(key, `${path}.keys()`, depth + 1) ?? this.in(value, place, depth + 1);
      if (found) return found;
    }
    return undefined;
  }

  #inSet(set: ReadonlySet<unknown>, path: string, depth: number): UnkeptValue | undefined {
    for (const value of set) {
      const found = this.in(value, `${path}.values()`, depth + 1);
      if (found) return found;
    }
    return undefined;
  }
}

/** A property that was given to a value that has none of its own. */
function propertyOf(value: object, path: string): UnkeptValue | undefined {
  // Every RegExp has this one.
  const key = Reflect.ownKeys(value).find((each) => each !== 'lastIndex');
  return key === undefined
    ? undefined
    : { path: `${path}${written(key)}`, what: `a property of a ${nameOf(value)}` };
}

/** Whether a property of an object comes back as nothing, or as another kind of property. */
export function unkeptProperty(object: object, key: string | symbol, path: string): UnkeptValue | undefined {
  if (typeof key === 'symbol') return { path, what: 'a property named by a symbol' };
  const property = Object.getOwnPropertyDescriptor(object, key)!;
  if (property.get || property.set) return { path, what: 'an accessor' };
  if (!property.enumerable) return { path, what: 'a property that is not enumerable' };
  return undefined;
}

function valueOf(object: object, key: string | symbol): unknown {
  return (object as Record<string | symbol, unknown>)[key];
}

/** A property as it would be written behind its object. */
export function written(key: string | symbol): string {
  if (typeof key === 'symbol') return `[${String(key)}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function shorten(path: string): string {
  return path.length > 60 ? `${path.slice(0, 60)}…` : path;
}

function nameOf(value: object): string {
  const { constructor } = value as { constructor?: unknown };
  return typeof constructor === 'function' && constructor.name !== ''
    ? constructor.name
    : 'n object of a class';
}
