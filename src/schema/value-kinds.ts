import { types } from 'node:util';

import type { ValueKind } from './logical-type.js';

const KIND_OF_TYPE: Readonly<Record<string, ValueKind>> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'integer',
  'abstract:long': 'integer',
  float: 'number',
  double: 'number',
  string: 'string',
  enum: 'string',
  bytes: 'buffer',
  fixed: 'buffer',
  array: 'array',
};

/** The keys under which a plain union finds a branch by the value; an integer is a number or a bigint. */
const KEYS_OF_KIND: Readonly<Partial<Record<ValueKind, readonly string[]>>> = {
  integer: ['number', 'bigint'],
};

/** The kind of the values of a type without a logical type, by the type's name; records and maps are objects. */
export function kindOfType(name: string): ValueKind {
  return KIND_OF_TYPE[name] ?? 'object';
}

/** The keys under which values of a kind are found; {@link keyOfValue} gives one of them. */
export function keysOfKind(kind: ValueKind): readonly string[] {
  return KEYS_OF_KIND[kind] ?? [kind];
}

/** The key of a value. */
export function keyOfValue(value: unknown): string {
  if (typeof value !== 'object') return typeof value;
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (Buffer.isBuffer(value)) return 'buffer';
  return types.isDate(value) ? 'date' : 'object';
}

/** Whether a value tells which of these kinds it is of; a union of them then takes its values as they are. */
export function areDistinct(kinds: readonly ValueKind[]): boolean {
  const keys = kinds.flatMap(keysOfKind);
  return new Set(keys).size === keys.length;
}

/** The name and value of a wrapper `{ name: value }`; `undefined` for what is none. */
export function openWrapper(value: unknown): { name: string; value: unknown } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [entry, ...others] = Object.entries(value);
  return entry === undefined || others.length > 0 ? undefined : { name: entry[0], value: entry[1] };
}
