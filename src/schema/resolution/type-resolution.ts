import type { SchemaNode } from '../schema-tree.js';
import type { Fault } from './incompatibility.js';

/** Finds how values of one type are read as another; the same pair of nodes gives the same answer. */
export type Between = (writer: SchemaNode, reader: SchemaNode) => TypeResolution;

/** Something that may not fit: a fault, or a part that has faults of its own if it does not fit. */
export type Finding = { path: string } & ({ fault: Fault } | { part: TypeResolution });

/** How values of one type are read as another. It judges and converts from the same facts, so that both agree. */
export abstract class TypeResolution {
  /** Whether all values can be read; assumed until shown otherwise, as types may contain themselves. */
  fits = true;

  /** Whether all values are read as they are, so that `convert` need not be called; likewise assumed. */
  same = true;

  /** Finds the parts that this rests on. */
  abstract link(between: Between): void;

  /** Whether it fits, if its parts do as they say. */
  abstract judgeFit(): boolean;

  /** Whether it keeps values as they are, if its parts do as they say; asked once all is known that fits. */
  abstract judgeSame(): boolean;

  /** What may be the reason, in the order of the fields, where this does not fit. */
  abstract findings(path: string): Finding[];

  /**
   * Reads a value, which is left as it is.
   *
   * @param depth how many records, arrays and maps are around the value
   * @throws UnreadableValue if the value is none of the writer's type
   */
  abstract convert(value: unknown, depth: number): unknown;
}

/** Reads a value with a resolution that may have nothing to do. */
export function read(resolution: TypeResolution, value: unknown, depth: number): unknown {
  return resolution.same ? value : resolution.convert(value, depth);
}
