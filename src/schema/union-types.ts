import { types } from 'node:util';

import { AvroPlainUnion, AvroWrappedUnion } from './avsc.js';
import type { AvroType, BuildOptions, MismatchHook } from './avsc.js';
import { ConvertedType } from './logical-type.js';
import type { ValueKind } from './logical-type.js';

const KIND_OF_TYPE: Readonly<Record<string, ValueKind>> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  float: 'number',
  double: 'number',
  'abstract:long': 'integer',
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

/** A union whose values are written as they are, since their kind tells the branch. */
export class PlainUnion extends AvroPlainUnion {
  constructor(branches: readonly AvroType[], options: BuildOptions) {
    super(branches, options);
    branches.forEach((branch, index) => {
      for (const key of keysOf(branch)) this._bucketIndices[key] = index;
    });
  }

  override _getIndex(value: unknown): number | undefined {
    return this._bucketIndices[keyOfValue(value)];
  }

  /** The branch a value belongs to; `undefined` if there is none. */
  branchOf(value: unknown): AvroType | undefined {
    return this.types[this._getIndex(value) ?? -1];
  }
}

/** A union whose values are written as `{ 'branch name': value }`, since they could belong to several branches. */
export class WrappedUnion extends AvroWrappedUnion {
  override _check(value: unknown, flags?: unknown, hook?: MismatchHook, path?: string[]): boolean {
    if (value !== null && !this.branchOf(value)) {
      hook?.(value, this);
      return false;
    }
    return super._check(value, flags, hook, path);
  }

  /** The branch that a wrapper names, with its name; `undefined` for `null` and for what is no wrapper. */
  branchOf(value: unknown): { name: string; branch: AvroType } | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const [name, ...others] = Object.keys(value);
    if (name === undefined || others.length > 0 || !Object.hasOwn(this._branchIndices, name))
      return undefined;
    const branch = this.types[this._branchIndices[name] ?? -1];
    return branch && { name, branch };
  }
}

/** Builds the union of some branches: plain where the kinds of their values differ, wrapped where they do not. */
export function buildUnion(branches: readonly AvroType[], options: BuildOptions): AvroType {
  const keys = branches.flatMap((branch) => keysOf(branch));
  const Union = new Set(keys).size === keys.length ? PlainUnion : WrappedUnion;
  return new Union(branches, options);
}

function keysOf(type: AvroType): readonly string[] {
  const kind =
    type instanceof ConvertedType ? type.conversion.kind : (KIND_OF_TYPE[type.typeName] ?? 'object');
  return KEYS_OF_KIND[kind] ?? [kind];
}

function keyOfValue(value: unknown): string {
  if (typeof value !== 'object') return typeof value;
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (Buffer.isBuffer(value)) return 'buffer';
  return types.isDate(value) ? 'date' : 'object';
}
