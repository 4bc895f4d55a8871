import { AvroPlainUnion, AvroWrappedUnion, internalsOf } from './avsc.js';
import type { AvroType, BuildOptions, MismatchHook, Tap } from './avsc.js';
import { ConvertedType } from './logical-type.js';
import type { ValueKind } from './logical-type.js';
import { areDistinct, keyOfValue, keysOfKind, kindOfType, openWrapper } from './value-kinds.js';

/** A union whose values are written as they are, since their kind tells the branch. */
export class PlainUnion extends AvroPlainUnion {
  constructor(branches: readonly AvroType[], options: BuildOptions) {
    super(branches, options);
    branches.forEach((branch, index) => {
      for (const key of keysOfKind(kindOf(branch))) this._bucketIndices[key] = index;
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

  /** Reads wrappers that are plain objects: avsc has a class for every branch. */
  override _read(tap: Tap): unknown {
    const index = tap.readLong();
    const branch = this.types[index];
    if (!branch) throw new Error(`they name the branch ${index} of a union of ${this.types.length}`);
    const value = internalsOf(branch)._read(tap);
    return branch.typeName === 'null' ? null : { [String(branch.branchName)]: value };
  }

  /** The branch that a wrapper names, with its name; `undefined` for `null` and for what is no wrapper. */
  branchOf(value: unknown): { name: string; branch: AvroType } | undefined {
    const name = openWrapper(value)?.name;
    if (name === undefined || !Object.hasOwn(this._branchIndices, name)) return undefined;
    const branch = this.types[this._branchIndices[name] ?? -1];
    return branch && { name, branch };
  }
}

/** Builds the union of some branches: plain where the kinds of their values differ, wrapped where they do not. */
export function buildUnion(branches: readonly AvroType[], options: BuildOptions): AvroType {
  const Union = areDistinct(branches.map(kindOf)) ? PlainUnion : WrappedUnion;
  return new Union(branches, options);
}

function kindOf(type: AvroType): ValueKind {
  return type instanceof ConvertedType ? type.conversion.kind : kindOfType(type.typeName);
}
