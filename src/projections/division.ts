import type { DoneLayer, UnitState } from './handler-storage.js';

/** Where the units of a new division begin, so that nothing is lost or done twice. */
export interface Division {
  readonly position: bigint;
  /** The events that were handled by all units together. */
  readonly handled: bigint;
  readonly done: readonly DoneLayer[];
}

/**
 * What the units of a course have done together: they stand at different positions, so a new division begins at the
 * earliest and remembers what was done beyond it.
 *
 * @param units all of one course; at least one.
 */
export function divisionOf(units: readonly UnitState[]): Division {
  const positions = units.toSorted((a, b) => a.partition - b.partition).map((unit) => unit.position);
  const position = positions.reduce(smaller);
  const layers = [...units.flatMap(({ done }) => done), { positions }].filter((layer) =>
    layer.positions.some((each) => each > position),
  );
  return {
    position,
    handled: units.reduce((sum, { handled }) => sum + handled, 0n),
    // The units of an earlier division have the same layers.
    done: [...new Map(layers.map((layer) => [layer.positions.join(), layer])).values()],
  };
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
