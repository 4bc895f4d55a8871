import type { SchemaNode } from '../schema-tree.js';
import type { Incompatibility } from './incompatibility.js';
import { RecordResolution } from './record-resolution.js';
import { incompatibilitiesOf, resolveTypes } from './resolution-graph.js';
import { ResolutionError } from './resolution-error.js';
import { read } from './type-resolution.js';
import type { TypeResolution } from './type-resolution.js';
import { UnreadableValue } from './unreadable-value.js';

export type { Incompatibility } from './incompatibility.js';

/** How payloads written with one schema are read as another, by the rules of Avro. */
export class SchemaResolution {
  /** Why the reader's schema cannot read what the writer's wrote; empty if it can. */
  readonly incompatibilities: readonly Incompatibility[];

  readonly #root: TypeResolution;

  private constructor(root: TypeResolution) {
    this.#root = root;
    this.incompatibilities = incompatibilitiesOf(root);
  }

  /**
   * Compares two schemas and plans how to read one as the other; do it once for each pair.
   *
   * @param options.provided names of fields of the payload itself that come from elsewhere, such as the event's
   * envelope: where a payload has none, none is filled in, and nothing needs a default. @default none
   */
  static between(
    writer: SchemaNode,
    reader: SchemaNode,
    options: { provided?: ReadonlySet<string> } = {},
  ): SchemaResolution {
    const { provided = new Set() } = options;
    const root = resolveTypes(writer, reader);
    const isPartial = provided.size > 0 && root instanceof RecordResolution;
    return new SchemaResolution(isPartial ? root.providedWith(provided) : root);
  }

  /** Whether the reader's schema can read whatever the writer's wrote. */
  get compatible(): boolean {
    return this.#root.fits;
  }

  /**
   * Reads a payload that was written with the writer's schema. It is not changed; what needs no conversion is shared
   * with the answer, which is the payload itself where nothing does. Properties that neither schema declares are kept.
   *
   * @throws ResolutionError if the payload is not as the writer's schema says, where that matters, or if a value stands
   * for none of the reader's type, such as a number that is no time of day
   * @throws Error if the schemas are not compatible
   */
  convert(payload: Readonly<Record<string, unknown>>): Record<string, unknown> {
    if (!this.compatible)
      throw new Error('the schemas do not fit; look at incompatibilities before converting');
    try {
      return read(this.#root, payload, 0) as Record<string, unknown>;
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      throw new ResolutionError(error.path, error.message, error.cure, { cause: error });
    }
  }
}
