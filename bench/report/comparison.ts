import type { Sample } from '../harness/sample.js';
import { median } from '../harness/statistics.js';

/** A value in the middle, and how far the rounds went from it. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** A figure of a case, for each system. */
export interface Row {
  readonly case: string;
  readonly figure: string;
  readonly better: Sample['better'];
  /** What was measured. */
  readonly absolute: ReadonlyMap<string, Spread>;
  /** The same divided by what the base came to in the same round. */
  readonly ratio: ReadonlyMap<string, Spread>;
}

/** Compares what was measured in a workload; rows and systems come in the order in which they were measured. */
export function compare(samples: readonly Sample[], baseName: string): Row[] {
  const groups = groupBy(samples, (sample) => `${sample.case}\n${sample.figure}`);
  return [...groups.values()].map((group) => {
    const base = new Map(
      group.filter(({ system }) => system === baseName).map(({ round, value }) => [round, value]),
    );
    const systems = [...groupBy(group, ({ system }) => system)];
    const ratios = systems.flatMap(([system, found]): [string, Spread][] => {
      const values = found.flatMap(({ round, value }) => (base.get(round) ? [value / base.get(round)!] : []));
      return values.length === 0 ? [] : [[system, spread(values)]];
    });
    return {
      case: group[0]!.case,
      figure: group[0]!.figure,
      better: group[0]!.better,
      absolute: new Map(systems.map(([system, found]) => [system, spread(found.map(({ value }) => value))])),
      ratio: new Map(ratios),
    };
  });
}

function spread(values: readonly number[]): Spread {
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values) };
}

/** Groups in the order of their first members. */
export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}
