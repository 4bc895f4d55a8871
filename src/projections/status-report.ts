import type { EventFeed } from '../store/index.js';
import type { HandlerDefinition } from './handler-definition.js';
import type { HandlerEngine } from './handler-engine.js';
import type { HandlerStatus, RebuildProgress } from './handler-status.js';
import type { Cluster, HandlerStorage, UnitState } from './handler-storage.js';

/** What a report is made from. */
export interface StatusReportParts {
  readonly storage: HandlerStorage;
  readonly feed: EventFeed;
  readonly engine: HandlerEngine;
}

/** Tells how durable handlers are doing, from what the database and this instance know. */
export class StatusReport {
  constructor(private readonly parts: StatusReportParts) {}

  /** One status for each. */
  async of(definitions: readonly HandlerDefinition[]): Promise<HandlerStatus[]> {
    const { storage, feed, engine } = this.parts;
    const cluster = await storage.cluster();
    // An instance that only looks on has no heartbeats to learn it from.
    engine.note(cluster.units);
    const head = await feed.head();
    return Promise.all(definitions.map(async (definition) => this.#one(definition, cluster, head)));
  }

  async #one(definition: HandlerDefinition, cluster: Cluster, head: bigint): Promise<HandlerStatus> {
    const { storage, engine } = this.parts;
    const { name } = definition;
    const live = cluster.units.filter(({ handler, course }) => handler === name && course === 'live');
    const [first] = live;
    if (!first) return this.#unbegun(definition, head);
    const beside = cluster.units.find(({ handler, course }) => handler === name && course === 'rebuild');
    const tracks = await storage.tracks({ handler: name });
    const position = this.#isInline(definition, live) ? head : lowest(live);
    const parked = tracks.filter(({ status }) => status === 'parked').length;
    return {
      name,
      kind: first.kind,
      version: first.version,
      state: stateOf(definition, live, beside),
      position,
      lag: await this.#lag(definition, position, head),
      rate: sum(live.map((unit) => engine.rateOf(unit))),
      handled: Number(live.reduce((total, { handled }) => total + handled, 0n)),
      retrying: tracks.length - parked,
      parked,
      partitions: live.map(({ partition, position: at, owner }) => ({ partition, position: at, owner })),
      rebuild: this.#rebuild(live, beside),
      stalledAt: engine.running.find(({ state }) => state.handler === name)?.blockedBy?.position ?? null,
    };
  }

  /** No instance has begun it yet. */
  async #unbegun(definition: HandlerDefinition, head: bigint): Promise<HandlerStatus> {
    const { name, kind, version, startFrom } = definition;
    const position = startFrom === 'now' ? head : 0n;
    return {
      name,
      kind,
      version,
      state: 'waiting',
      position,
      lag: await this.#lag(definition, position, head),
      rate: 0,
      handled: 0,
      retrying: 0,
      parked: 0,
      partitions: [],
      rebuild: null,
      stalledAt: null,
    };
  }

  #isInline({ mode }: HandlerDefinition, live: readonly UnitState[]): boolean {
    return mode === 'inline' && live.every(({ rebuildUntil }) => rebuildUntil === null);
  }

  async #lag(
    { types }: HandlerDefinition,
    position: bigint,
    head: bigint,
  ): Promise<{ events: number; seconds: number }> {
    if (position >= head) return { events: 0, seconds: 0 };
    const { feed } = this.parts;
    const events = Number(await feed.count(types, { after: position, upTo: head }));
    if (events === 0) return { events: 0, seconds: 0 };
    const { events: oldest } = await feed.slice({ after: position, types, limit: 1 });
    const since = oldest[0]?.record.createdAt.getTime();
    return { events, seconds: since === undefined ? 0 : Math.max(0, (Date.now() - since) / 1000) };
  }

  #rebuild(live: readonly UnitState[], beside: UnitState | undefined): RebuildProgress | null {
    const units = beside ? [beside] : live.filter(({ rebuildUntil }) => rebuildUntil !== null);
    const total = Number(units[0]?.rebuildTotal ?? 0n);
    if (units.length === 0) return null;
    const done = Number((beside ? units : live).reduce((handled, unit) => handled + unit.handled, 0n));
    const rate = sum(units.map((unit) => this.parts.engine.rateOf(unit)));
    const timeLeft = rate > 0 ? Math.max(0, total - done) / rate : null;
    return { done, total: Math.max(total, done), rate, timeLeft, besideTheOld: beside !== undefined };
  }
}

function stateOf(
  { mode }: HandlerDefinition,
  live: readonly UnitState[],
  beside: UnitState | undefined,
): HandlerStatus['state'] {
  if (live.some(({ paused }) => paused)) return 'paused';
  if (beside || live.some(({ rebuildUntil }) => rebuildUntil !== null)) return 'rebuilding';
  if (mode === 'inline' || live.every(({ owner }) => owner !== null)) return 'running';
  return 'waiting';
}

function lowest(units: readonly UnitState[]): bigint {
  return units
    .map(({ position }) => position)
    .reduce((least, position) => (position < least ? position : least));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
