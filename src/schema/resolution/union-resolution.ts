import type { SchemaNode, UnionNode } from '../schema-tree.js';
import type { Fault } from './incompatibility.js';
import { describeType } from './type-description.js';
import { isCounterpart, isSameType } from './type-names.js';
import { read, TypeResolution } from './type-resolution.js';
import type { Between, Finding } from './type-resolution.js';
import { UnionForm } from './union-form.js';
import { UnreadableValue } from './unreadable-value.js';

/** A branch of the reader's union, and how a type is read as it. */
interface Candidate {
  readonly index: number;
  readonly branch: SchemaNode;
  readonly part: TypeResolution;
}

/** How a type that is no union is read as a union: as the branch of the same type, else as the first that can read it. */
export class ReaderUnionResolution extends TypeResolution {
  readonly #form: UnionForm;
  #candidates: readonly Candidate[] = [];
  #chosen: Candidate | undefined;

  constructor(
    private readonly writer: SchemaNode,
    private readonly reader: UnionNode,
  ) {
    super();
    this.#form = new UnionForm(reader);
  }

  override link(between: Between): void {
    const { writer } = this;
    const candidates = this.reader.branches.map((branch, index) => ({ index, branch }));
    const [first, others] = [
      candidates.filter(({ branch }) => isSameType(writer, branch)),
      candidates.filter(({ branch }) => !isSameType(writer, branch)),
    ];
    this.#candidates = [...first, ...others].map((each) => ({ ...each, part: between(writer, each.branch) }));
  }

  override judgeFit(): boolean {
    return this.#candidates.some(({ part }) => part.fits);
  }

  override judgeSame(): boolean {
    return !this.#form.wrapped && this.#choose()?.part.same === true;
  }

  /** Whether a value in a wrapper of this name is read as it is, wrapper and all. */
  keepsWrapper(name: string): boolean {
    const chosen = this.#choose();
    if (!chosen || !this.#form.wrapped) return false;
    return chosen.part.same && this.#form.nameAt(chosen.index) === name;
  }

  override findings(path: string): Finding[] {
    const counterpart = this.#candidates.find(({ branch }) => isCounterpart(this.writer, branch));
    if (counterpart) return [{ path, part: counterpart.part }];
    const problem = `no branch of ${describeType(this.reader)} reads ${describeType(this.writer)}`;
    return [{ path, fault: branchFault(problem) }];
  }

  override convert(value: unknown, depth: number): unknown {
    const chosen = this.#choose();
    return chosen && this.#form.close(chosen.index, read(chosen.part, value, depth));
  }

  /** Asked only once all is known that fits, so the choice does not depend on where one begins. */
  #choose(): Candidate | undefined {
    return (this.#chosen ??= this.#candidates.find(({ part }) => part.fits));
  }
}

/** How a union is read: all its branches must be readable, since a value may be of any. */
export class WriterUnionResolution extends TypeResolution {
  readonly #form: UnionForm;
  #parts: readonly TypeResolution[] = [];

  constructor(
    private readonly writer: UnionNode,
    private readonly reader: SchemaNode,
  ) {
    super();
    this.#form = new UnionForm(writer);
  }

  override link(between: Between): void {
    this.#parts = this.writer.branches.map((branch) => between(branch, this.reader));
  }

  override judgeFit(): boolean {
    return this.#parts.every(({ fits }) => fits);
  }

  override judgeSame(): boolean {
    if (!this.#form.wrapped) return this.#parts.every(({ same }) => same);
    return this.#parts.every(
      (part, index) => part instanceof ReaderUnionResolution && part.keepsWrapper(this.#form.nameAt(index)),
    );
  }

  override findings(path: string): Finding[] {
    const { reader } = this;
    return this.#parts.flatMap((part, index): Finding[] => {
      const branch = this.writer.branches[index];
      if (!branch || part.fits) return [];
      if (reader.kind === 'union' || isCounterpart(branch, reader)) return [{ path, part }];
      const problem = `the branch ${describeType(branch)} cannot be read as ${describeType(reader)}`;
      return [{ path, fault: branchFault(problem) }];
    });
  }

  override convert(value: unknown, depth: number): unknown {
    const opened = this.#form.open(value);
    const part = opened && this.#parts[opened.index];
    if (!part) throw UnreadableValue.unexpected(value, this.writer);
    try {
      return read(part, opened.value, depth);
    } catch (error) {
      throw this.#form.wrapped ? UnreadableValue.within(this.#form.nameAt(opened.index), error) : error;
    }
  }
}

function branchFault(problem: string): Fault {
  return { rule: 'UNION_BRANCH', problem, cure: 'keep a branch for it in a union' };
}
