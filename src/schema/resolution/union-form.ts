import type { SchemaNode, UnionNode } from '../schema-tree.js';
import { areDistinct, keyOfValue, keysOfKind, openWrapper } from '../value-kinds.js';
import { valueKindOf } from './type-values.js';

/** A value of a union without its wrapper, and the branch it belongs to, by its place in the union. */
export interface BranchValue {
  readonly index: number;
  readonly value: unknown;
}

/** How the values of a union are written in JavaScript: as they are, or in a wrapper that names the branch. */
export class UnionForm {
  /** Whether values are wrapped, all but `null`. */
  readonly wrapped: boolean;

  readonly #names: readonly string[];
  /** The branches by name if wrapped, else by the key of their values. */
  readonly #indexes: ReadonlyMap<string, number>;

  constructor({ branches }: UnionNode) {
    const kinds = branches.map(valueKindOf);
    this.wrapped = !areDistinct(kinds);
    this.#names = branches.map(nameOf);
    const keys = this.wrapped ? this.#names.map((name) => [name]) : kinds.map(keysOfKind);
    this.#indexes = new Map(keys.flatMap((list, index) => list.map((key) => [key, index])));
  }

  /** The name that a wrapper gives the branch at this place. */
  nameAt(index: number): string {
    return this.#names[index] ?? '';
  }

  /** Finds the branch of a value; `undefined` if there is none. */
  open(value: unknown): BranchValue | undefined {
    const named = this.wrapped && value !== null ? openWrapper(value) : { name: keyOfValue(value), value };
    const index = named && this.#indexes.get(named.name);
    return index === undefined ? undefined : { index, value: named?.value };
  }

  /** Writes a value of the branch at this place. */
  close(index: number, value: unknown): unknown {
    return this.wrapped && value !== null ? { [this.nameAt(index)]: value } : value;
  }
}

function nameOf(branch: SchemaNode): string {
  return 'name' in branch ? branch.name : branch.kind;
}
