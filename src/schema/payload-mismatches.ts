import avro from 'avsc';

import type { AvroType } from './avsc.js';
import { expectedOf } from './expected-value.js';
import { joinPath } from './field-path.js';
import { ConvertedType } from './logical-type.js';
import { isPlainObject } from './plain-object.js';
import { renderValue } from './render-value.js';
import { PlainUnion, WrappedUnion } from './union-types.js';

const MAX_MISMATCHES = 100;
const MAX_DEPTH = 512;

/** One field that is not as the schema says. */
export interface Mismatch {
  path: string;
  expected: string;
  got: string;
  /** More about why, and what to pass instead. */
  why?: string | undefined;
}

/**
 * Finds every field of a value that is not as its type says, at most about a hundred of them.
 *
 * This is the slow way to check, for values that the fast way refused. avsc could collect too, but its paths
 * do not tell array indices from map keys, and of an undeclared field it names only the record around it.
 */
export function findMismatches(type: AvroType, value: unknown, allowUndeclared: boolean): Mismatch[] {
  const finder = new MismatchFinder(allowUndeclared);
  finder.visit(type, value, '', 0);
  return finder.mismatches;
}

class MismatchFinder {
  readonly mismatches: Mismatch[] = [];

  constructor(private readonly allowUndeclared: boolean) {}

  visit(type: AvroType, value: unknown, path: string, depth: number): void {
    if (this.mismatches.length >= MAX_MISMATCHES) return;
    const inner = depth + 1;
    if (depth > MAX_DEPTH) {
      this.#add(path, 'fewer levels', value, 'The value is nested too deep, or contains itself');
    } else if (type instanceof PlainUnion) {
      const branch = type.branchOf(value);
      if (branch) this.visit(branch, value, path, inner);
      else this.#add(path, expectedOf(type), value);
    } else if (type instanceof WrappedUnion && value !== null) {
      const found = type.branchOf(value);
      if (found) this.visit(found.branch, property(value, found.name), joinPath(path, found.name), inner);
      else
        this.#add(path, expectedOf(type), value, 'Several branches could hold it, so name the one you mean');
    } else if (type instanceof avro.types.RecordType && isPlainObject(value)) {
      this.#visitRecord(type, value, path, inner);
    } else if (type instanceof avro.types.MapType && isPlainObject(value)) {
      this.#visitMap(type, value, path, inner);
    } else if (type instanceof avro.types.ArrayType && Array.isArray(value)) {
      for (let i = 0; i < value.length && this.mismatches.length < MAX_MISMATCHES; i += 1) {
        this.visit(type.itemsType, value[i], joinPath(path, i), inner);
      }
    } else if (!type.isValid(value)) {
      const why = type instanceof ConvertedType ? type.conversion.explain?.(value) : explain(type, value);
      this.#add(path, expectedOf(type), value, why);
    }
  }

  #visitRecord(
    type: avro.types.RecordType,
    record: Readonly<Record<string, unknown>>,
    path: string,
    depth: number,
  ): void {
    const declared = new Set<string>();
    for (const field of type.fields) {
      declared.add(field.name);
      const value = property(record, field.name);
      if (value === undefined && field.defaultValue() !== undefined) continue;
      this.visit(field.type, value, joinPath(path, field.name), depth);
    }
    if (this.allowUndeclared) return;
    for (const key of Object.keys(record)) {
      if (this.mismatches.length >= MAX_MISMATCHES) return;
      if (!declared.has(key)) {
        const why = 'The schema does not declare this field: declare it or leave it out';
        this.#add(joinPath(path, key), 'no such field', record[key], why);
      }
    }
  }

  #visitMap(
    type: avro.types.MapType,
    map: Readonly<Record<string, unknown>>,
    path: string,
    depth: number,
  ): void {
    const values = type.valuesType as AvroType;
    for (const key of Object.keys(map)) {
      if (key === '__proto__') this.#add(joinPath(path, key), 'another key', map[key]);
      else this.visit(values, map[key], joinPath(path, key), depth);
    }
  }

  #add(path: string, expected: string, value: unknown, why?: string): void {
    this.mismatches.push({ path, expected, got: renderValue(value), why });
  }
}

/** A property of the object's own; what is inherited is not stored, so it does not count. */
function property(value: unknown, name: string): unknown {
  return isPlainObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function explain(type: AvroType, value: unknown): string | undefined {
  if (type.typeName === 'abstract:long' && Number.isInteger(value))
    return 'The number is not exact: pass a bigint';
  if (type.typeName === 'string' && typeof value === 'string')
    return 'It holds half of a surrogate pair, which is no text';
  if (type instanceof avro.types.RecordType && value !== undefined && value !== null) {
    return 'A record is an object with the fields as its own properties';
  }
  return undefined;
}
