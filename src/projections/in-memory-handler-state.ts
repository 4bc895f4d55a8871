import { divisionOf } from './division.js';
import {
  NO_EVENT,
  type CheckpointMove,
  type Course,
  type Lease,
  type NewSideTrack,
  type Registration,
  type RunningInstance,
  type SideTrack,
  type SkippedEvent,
  type UnitKey,
  type UnitState,
} from './handler-storage.js';
import { LeaseLostError } from './projections.errors.js';

type Unit = UnitState & { readonly leaseUntil: number };
type Instance = RunningInstance & { readonly lastSeen: number; readonly aliveUntil: number };
type CourseKey = Omit<UnitKey, 'partition'>;
type NewUnits = Omit<Registration, 'handler'> & Partial<UnitState>;

let drawn = 0n;
const draw = (): bigint => (drawn += 1n);

/** What `InMemoryHandlerStorage` keeps; it is changed without an await, and what it holds never changes itself. */
export class InMemoryHandlerState {
  constructor(
    readonly now: () => Date,
    readonly units = new Map<string, Unit>(),
    readonly tracks = new Map<string, SideTrack>(),
    readonly skipped = new Map<string, SkippedEvent>(),
    readonly instances = new Map<string, Instance>(),
  ) {}

  /** One that can be changed, and thrown away, by itself. */
  copy(): InMemoryHandlerState {
    const { now, units, tracks, skipped, instances } = this;
    return new InMemoryHandlerState(
      now,
      new Map(units),
      new Map(tracks),
      new Map(skipped),
      new Map(instances),
    );
  }

  /** The units of a course in their order, or all. */
  unitsOf(course?: CourseKey): UnitState[] {
    return [...this.units.values()]
      .filter((unit) => !course || isOf(unit, course))
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
      .sort((a, b) => a.partition - b.partition)
      .map(({ leaseUntil, ...unit }) => ({
        ...unit,
        owner: leaseUntil > this.#millis() ? unit.owner : null,
      }));
  }

  insertUnits({ handler, course }: CourseKey, units: NewUnits): void {
    for (let partition = 0; partition < units.partitions; partition += 1) {
      this.#put({
        paused: false,
        rebuildUntil: null,
        rebuildTotal: null,
        startedAt: this.now(),
        done: [],
        ...units,
        handler,
        course,
        partition,
        handled: partition === 0 ? (units.handled ?? 0n) : 0n,
        owner: null,
        fence: draw(),
        leaseUntil: 0,
      });
    }
  }

  deleteCourse(course: CourseKey): boolean {
    const units = this.unitsOf(course);
    for (const unit of units) this.units.delete(keyOf(unit));
    return units.length > 0;
  }

  deleteTracks({ handler, course }: CourseKey): void {
    for (const [key, { unit }] of this.tracks) {
      if (unit.handler === handler && unit.course === course) this.tracks.delete(key);
    }
  }

  claim(key: UnitKey, owner: string, leaseFor: number): { lease: Lease; state: UnitState } | undefined {
    const unit = this.units.get(keyOf(key));
    if (!unit || unit.paused || (unit.owner !== null && unit.leaseUntil > this.#millis())) return undefined;
    const { handler, course, partition } = unit;
    const fence = draw();
    this.#put({ ...unit, owner, fence, leaseUntil: this.#millis() + leaseFor });
    const state = this.unitsOf(unit).find((each) => each.partition === partition)!;
    return { lease: { unit: { handler, course, partition }, owner, fence }, state: { ...state, owner } };
  }

  beat({ id, handlers }: RunningInstance, leaseFor: number): void {
    const now = this.#millis();
    for (const unit of this.units.values()) {
      if (unit.owner === id) this.#put({ ...unit, leaseUntil: now + leaseFor });
    }
    this.instances.set(id, { id, handlers: [...handlers], lastSeen: now, aliveUntil: now + leaseFor });
    for (const { id: other, lastSeen } of this.instances.values()) {
      if (lastSeen < now - 10 * leaseFor) this.instances.delete(other);
    }
  }

  /** The instances that live. */
  living(): RunningInstance[] {
    return [...this.instances.values()]
      .filter(({ aliveUntil }) => aliveUntil > this.#millis())
      .map(({ id, handlers }) => ({ id, handlers }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Takes units from their owner, where a condition holds. */
  free(condition: (unit: UnitState) => boolean): void {
    for (const unit of this.units.values()) {
      if (unit.owner !== null && condition(unit)) this.#put({ ...unit, owner: null, leaseUntil: 0 });
    }
  }

  setPaused(handler: string, paused: boolean): boolean {
    const units = [...this.units.values()].filter((unit) => unit.handler === handler);
    for (const unit of units) this.#put({ ...unit, paused });
    return units.length > 0;
  }

  leased({ unit: key, owner, fence }: Lease): Unit {
    const unit = this.units.get(keyOf(key));
    if (unit?.owner !== owner || unit.fence !== fence) throw lost(key);
    return unit;
  }

  advance(lease: Lease, { from, to, handled, endsRebuild = false }: CheckpointMove): void {
    const unit = this.leased(lease);
    if (unit.position !== from) throw lost(lease.unit);
    const isBefore = unit.course === 'rebuild' || (unit.rebuildUntil !== null && unit.rebuildUntil > to);
    const rebuilding = isBefore && !endsRebuild;
    this.#put({
      ...unit,
      position: to,
      handled: unit.handled + BigInt(handled),
      rebuildUntil: rebuilding ? unit.rebuildUntil : null,
      rebuildTotal: rebuilding ? unit.rebuildTotal : null,
      done: unit.done.some(({ positions }) => positions.some((each) => each > to)) ? unit.done : [],
    });
  }

  putTrack(track: NewSideTrack, replaces?: bigint): void {
    const key = trackKey(track);
    const old = this.tracks.get(key);
    if (old?.revision !== replaces) throw lost(track.unit);
    const since = old && old.eventId === track.eventId && old.attempts > 0 ? old.since : this.now();
    this.tracks.set(key, { ...track, since, revision: draw() });
  }

  removeTrack(track: SideTrack): void {
    const key = trackKey(track);
    if (this.tracks.get(key)?.revision !== track.revision) throw lost(track.unit);
    this.tracks.delete(key);
  }

  retry(handler: string, eventId?: string): number {
    const parked = this.#live(handler).filter(
      (track) =>
        track.status === 'parked' && (eventId === undefined || track.eventId === eventId.toLowerCase()),
    );
    for (const track of parked) {
      this.putTrack({ ...track, status: 'retrying', attempts: 0, nextTry: this.now() }, track.revision);
    }
    return parked.length;
  }

  skip(handler: string, eventId: string, reason: string, next?: NewSideTrack): boolean {
    const id = eventId.toLowerCase();
    const head = this.#live(handler).find((track) => track.eventId === id && id !== NO_EVENT);
    if (!head) return false;
    const { position, aggregateType, aggregateId, error } = head;
    const skippedAt = this.now();
    const event = { handler, position, eventId: id, aggregateType, aggregateId, reason, error, skippedAt };
    this.skipped.set(JSON.stringify([handler, id]), event);
    this.putTrack(
      {
        ...head,
        status: 'retrying',
        attempts: 0,
        nextTry: this.now(),
        error: null,
        stack: null,
        position: next?.position ?? position,
        eventId: next?.eventId ?? NO_EVENT,
        eventType: next?.eventType ?? head.eventType,
        aggregateVersion: next?.aggregateVersion ?? head.aggregateVersion + 1,
      },
      head.revision,
    );
    return true;
  }

  promote(lease: Lease, partitions: number, partitionOf: PartitionOf): boolean {
    this.leased(lease);
    const { handler } = lease.unit;
    const live = this.unitsOf({ handler, course: 'live' });
    const rebuilt = this.unitsOf({ handler, course: 'rebuild' });
    const [first] = rebuilt;
    if (!first) throw lost(lease.unit);
    const division = divisionOf(rebuilt);
    if (live.some(({ position }) => position > division.position)) return false;
    const paused = [...live, ...rebuilt].some((unit) => unit.paused);
    for (const course of ['live', 'rebuild'] as const) this.deleteCourse({ handler, course });
    const { kind, version, startedAt } = first;
    this.insertUnits(
      { handler, course: 'live' },
      { kind, version, startedAt, partitions, paused, ...division },
    );
    this.deleteTracks({ handler, course: 'live' });
    this.moveTracks({ handler, course: 'rebuild' }, partitionOf);
    return true;
  }

  repartition(handler: string, partitions: number, partitionOf: PartitionOf): void {
    const live = { handler, course: 'live' } as const;
    const units = this.unitsOf(live);
    const [first] = units;
    if (!first || units.length === partitions) return;
    const rebuilding = units.find(({ rebuildUntil }) => rebuildUntil !== null);
    const { kind, version, startedAt } = first;
    const { rebuildUntil = null, rebuildTotal = null } = rebuilding ?? {};
    const paused = units.some((unit) => unit.paused);
    this.deleteCourse(live);
    const kept = { kind, version, startedAt, partitions, paused, rebuildUntil, rebuildTotal };
    this.insertUnits(live, { ...kept, ...divisionOf(units) });
    this.moveTracks(live, partitionOf);
  }

  moveTracks({ handler, course }: CourseKey, partitionOf: PartitionOf): void {
    const moving = [...this.tracks].filter(
      ([, { unit }]) => unit.handler === handler && unit.course === course,
    );
    for (const [key, track] of moving) {
      this.tracks.delete(key);
      const partition = partitionOf(track.aggregateType, track.aggregateId);
      const moved = { ...track, unit: { handler, course: 'live' as Course, partition }, revision: draw() };
      this.tracks.set(trackKey(moved), moved);
    }
  }

  #live(handler: string): SideTrack[] {
    return [...this.tracks.values()].filter(({ unit }) => unit.handler === handler && unit.course === 'live');
  }

  #put(unit: Unit): void {
    this.units.set(keyOf(unit), unit);
  }

  #millis(): number {
    return this.now().getTime();
  }
}

/** The partition of an aggregate in a division. */
export type PartitionOf = (aggregateType: string, aggregateId: string) => number;

function isOf(unit: UnitKey, { handler, course }: CourseKey): boolean {
  return unit.handler === handler && unit.course === course;
}

function keyOf({ handler, course, partition }: UnitKey): string {
  return JSON.stringify([handler, course, partition]);
}

function trackKey({ unit, aggregateType, aggregateId }: NewSideTrack): string {
  return JSON.stringify([unit.handler, unit.course, aggregateType, aggregateId]);
}

function lost({ handler, partition }: UnitKey): LeaseLostError {
  return new LeaseLostError(handler, partition);
}
