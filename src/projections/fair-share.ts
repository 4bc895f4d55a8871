import type { Cluster, RunningInstance, UnitState } from './handler-storage.js';

/** What an instance does so that all instances come to have as many units as each other. */
export interface ShareMoves {
  /** Free units to take, at most. */
  readonly claim: readonly UnitState[];
  /** Own units to give back, for others to take. */
  readonly release: readonly UnitState[];
}

/**
 * Works out which units an instance takes and gives back.
 *
 * Every instance does the same with the same facts. An even share is reached when no instance has two units more than
 * another that could run one of them.
 *
 * @param runs whether this instance can run a unit as it is now.
 * @param forsaken whether a unit has been free for so long that nobody else seems to want it.
 */
export function shareMoves(
  { units, instances }: Cluster,
  me: string,
  runs: (unit: UnitState) => boolean,
  forsaken: (unit: UnitState) => boolean,
): ShareMoves {
  const counts = new Map(instances.map(({ id }) => [id, 0]));
  for (const { owner } of units)
    if (owner !== null && counts.has(owner)) counts.set(owner, counts.get(owner)! + 1);
  let mine = counts.get(me) ?? 0;
  const release: UnitState[] = [];
  for (const unit of units.filter(({ owner }) => owner === me)) {
    const poorest = poorestOf(othersFor(unit, instances, me), counts);
    if (!poorest || counts.get(poorest.id)! > mine - 2) continue;
    counts.set(poorest.id, counts.get(poorest.id)! + 1);
    mine -= 1;
    release.push(unit);
  }
  const free = units.filter((unit) => unit.owner === null && runs(unit));
  const most = shareOf(me, counts, units.filter(runs).length);
  const claim: UnitState[] = [];
  // Each begins at another place, so that not all go for the same unit.
  for (const unit of rotated(free, placeOf(me, instances))) {
    const poorest = poorestOf(othersFor(unit, instances, me), counts);
    const have = mine + claim.length;
    const isPoorer = !poorest || have < counts.get(poorest.id)!;
    if (isPoorer || forsaken(unit) || (release.length === 0 && have < most)) claim.push(unit);
  }
  return { claim, release };
}

/** How many units an instance may come to: as many as the others, and one more while some are left over for it. */
function shareOf(me: string, counts: ReadonlyMap<string, number>, units: number): number {
  const least = Math.floor(units / Math.max(1, counts.size));
  const leftOver = units - least * counts.size;
  const taken = [...counts].filter(([id, count]) => id !== me && count > least).length;
  return taken < leftOver ? least + 1 : least;
}

function othersFor(unit: UnitState, instances: readonly RunningInstance[], me: string): RunningInstance[] {
  return instances.filter(({ id, handlers }) => id !== me && handlers.includes(unit.handler));
}

function poorestOf(
  instances: readonly RunningInstance[],
  counts: ReadonlyMap<string, number>,
): RunningInstance | undefined {
  return [...instances].sort((a, b) => counts.get(a.id)! - counts.get(b.id)!)[0];
}

function placeOf(me: string, instances: readonly RunningInstance[]): number {
  return Math.max(
    0,
    instances
      .map(({ id }) => id)
      .sort()
      .indexOf(me),
  );
}

function rotated<T>(items: readonly T[], by: number): T[] {
  if (items.length === 0) return [];
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
