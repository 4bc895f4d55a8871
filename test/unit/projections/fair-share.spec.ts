import fc from 'fast-check';
import { shareMoves } from '../../../src/projections/fair-share.js';
import type { RunningInstance, UnitState } from '../../../src/projections/index.js';

function unit(index: number, handler = `handler-${index}`): UnitState {
  return {
    handler,
    course: 'live',
    partition: 0,
    kind: 'projection',
    partitions: 1,
    version: 1,
    position: 0n,
    handled: 0n,
    paused: false,
    rebuildUntil: null,
    rebuildTotal: null,
    startedAt: new Date(0),
    owner: null,
    fence: 0n,
    done: [],
  };
}

/** A cluster in which instances beat one after the other, in an order that chance makes. */
class Simulation {
  readonly owners = new Map<string, string>();

  constructor(
    readonly units: readonly UnitState[],
    readonly instances: RunningInstance[],
  ) {}

  beat(me: string, present = this.instances): number {
    const cluster = { units: this.#units(present), instances: present };
    const { claim, release } = shareMoves(
      cluster,
      me,
      (each) => present.find(({ id }) => id === me)!.handlers.includes(each.handler),
      () => false,
    );
    for (const each of release) this.owners.delete(each.handler);
    for (const { handler } of claim) {
      if (!present.some(({ id }) => id === this.owners.get(handler))) this.owners.set(handler, me);
    }
    return claim.length + release.length;
  }

  counts(present = this.instances): number[] {
    return present.map(({ id }) => [...this.owners.values()].filter((owner) => owner === id).length);
  }

  #units(present: readonly RunningInstance[]): UnitState[] {
    return this.units.map((each) => {
      const owner = this.owners.get(each.handler);
      return { ...each, owner: present.some(({ id }) => id === owner) ? owner! : null };
    });
  }
}

const instancesOf = (count: number, units: readonly UnitState[]): RunningInstance[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `instance-${i}`,
    handlers: units.map(({ handler }) => handler),
  }));

describe('the share of each instance', () => {
  it('comes to be even, in whatever order instances come, and stays so', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 30 }),
        fc.infiniteStream(fc.nat()),
        (n, u, random) => {
          const units = Array.from({ length: u }, (_, i) => unit(i));
          const cluster = new Simulation(units, instancesOf(n, units));
          const next = (): number => random.next().value as number;
          // The first ones are alone for a while.
          for (let present = 1; present <= n; present += 1) {
            cluster.beat(`instance-${next() % present}`, cluster.instances.slice(0, present));
          }
          for (let round = 0; round < 12; round += 1) {
            const order = [...cluster.instances].sort(() => (next() % 2) - 0.5);
            for (const { id } of order) cluster.beat(id);
          }
          const counts = cluster.counts();
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(u);
          expect(cluster.instances.map(({ id }) => cluster.beat(id)).every((moves) => moves === 0)).toBe(
            true,
          );
        },
      ),
    );
  });

  it('goes to the others when an instance is gone', () => {
    const units = Array.from({ length: 9 }, (_, i) => unit(i));
    const cluster = new Simulation(units, instancesOf(3, units));
    for (let round = 0; round < 6; round += 1) for (const { id } of cluster.instances) cluster.beat(id);
    expect(cluster.counts()).toEqual([3, 3, 3]);
    const left = cluster.instances.slice(1);
    for (let round = 0; round < 6; round += 1) for (const { id } of left) cluster.beat(id, left);
    expect(cluster.counts(left).sort((a, b) => a - b)).toEqual([4, 5]);
  });

  it('has no unit of a handler that an instance does not have', () => {
    const units = [unit(0), unit(1), unit(2), unit(3)];
    const cluster = new Simulation(units, [
      { id: 'a', handlers: ['handler-0', 'handler-1', 'handler-2', 'handler-3'] },
      { id: 'b', handlers: ['handler-0'] },
    ]);
    for (let round = 0; round < 6; round += 1) for (const { id } of cluster.instances) cluster.beat(id);
    expect(cluster.owners.get('handler-3')).toBe('a');
    expect(cluster.owners.size).toBe(4);
    expect(cluster.counts()).toEqual([3, 1]);
  });
});
