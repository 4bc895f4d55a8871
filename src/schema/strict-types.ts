import { AvroDouble, AvroEnum, AvroFloat, AvroMap, AvroRecord, AvroString } from './avsc.js';
import type { AvroInternals, MismatchHook } from './avsc.js';
import { hasPlainPrototype, isPlainObject } from './plain-object.js';

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

/** A map whose values are plain objects; a key `__proto__` is refused, as copies of the map would lose it. */
export class StrictMap extends AvroMap {
  override _check(value: unknown, flags?: unknown, hook?: MismatchHook, path?: string[]): boolean {
    if (!isPlainObject(value) || Object.hasOwn(value, '__proto__')) {
      hook?.(value, this);
      return false;
    }
    return super._check(value, flags, hook, path);
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

/** A string that is Unicode text: half a surrogate pair cannot be encoded, so it is refused. */
export class StrictString extends AvroString {
  override _check(value: unknown, flags?: unknown, hook?: MismatchHook): boolean {
    if (typeof value !== 'string' || /\p{Surrogate}/u.test(value)) {
      hook?.(value, this);
      return false;
    }
    return true;
  }
}

/** A number that a 4-byte float can hold: NaN, infinities and numbers beyond 3.4e38 are refused. */
export class FiniteFloat extends AvroFloat {
  override _check(value: unknown, flags?: unknown, hook?: MismatchHook): boolean {
    if (typeof value !== 'number' || !Number.isFinite(Math.fround(value))) {
      hook?.(value, this);
      return false;
    }
    return true;
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
}
