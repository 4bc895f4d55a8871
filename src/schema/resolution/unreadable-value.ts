import { joinPath } from '../field-path.js';
import { renderValue } from '../render-value.js';
import type { SchemaNode } from '../schema-tree.js';
import { describeType } from './type-description.js';

/** Thrown where a value cannot be converted; on its way out it learns the path. */
export class UnreadableValue extends Error {
  readonly #steps: (string | number)[] = [];

  /** @param cure what to do, a clause */
  constructor(
    problem: string,
    readonly cure: string,
  ) {
    super(problem);
  }

  /** The value is none of the type it was written with. */
  static unexpected(value: unknown, writer: SchemaNode): UnreadableValue {
    const problem = `expected ${describeType(writer)}, got ${renderValue(value)}`;
    return new UnreadableValue(
      problem,
      'correct the schema of that version, so that it tells what was stored',
    );
  }

  /** The value is one of the writer's type, but stands for none of the reader's. */
  static beyond(value: unknown, reader: SchemaNode): UnreadableValue {
    const problem = `${renderValue(value)} stands for no ${describeType(reader)}`;
    return new UnreadableValue(problem, 'keep the earlier type in the newest version, or upcast the event');
  }

  /** Where the value is, e.g. `'lines[2].text'`. */
  get path(): string {
    return this.#steps.reduceRight<string>(joinPath, '');
  }

  /** Notes that the value is below this property or index; answers what was thrown, to be thrown on. */
  static within(step: string | number, thrown: unknown): unknown {
    if (thrown instanceof UnreadableValue) thrown.#steps.push(step);
    return thrown;
  }
}
