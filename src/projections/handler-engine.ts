import { setTimeout as sleep } from 'node:timers/promises';
import type { EventFeed, FeedEvent } from '../store/index.js';
import { shareMoves } from './fair-share.js';
import type { HandlerDefinition } from './handler-definition.js';
import { keyOf, type Cluster, type HandlerStorage, type UnitKey, type UnitState } from './handler-storage.js';
import { isReplay, type HandlingTurn } from './handling-turn.js';
import { Pulse } from './pulse.js';
import { RateMeter } from './rate-meter.js';
import { RunningUnit, type UnitObserver } from './running-unit.js';
import { Reconciliation } from './reconciliation.js';
import { UnitWorker } from './unit-worker.js';
import type { WakeUpCalls } from './wake-up-calls.js';

/** A free unit that nobody took for so many heartbeats is taken by whoever can. */
const FORSAKEN_AFTER = 3;
/** How long a start waits for inline projections, and how often it looks, in milliseconds. */
const INLINE_PATIENCE = 3_000;
const INLINE_INTERVAL = 20;
/** How many heartbeats fit into a lease. */
const BEATS_PER_LEASE = 4;

/** How an instance takes part. */
export interface EngineOptions {
  /** How long a unit stays with an instance that is not heard of any more, in milliseconds. @default 4_000 */
  readonly leaseFor: number;
  /** How often handlers look for events that nobody told them of, in milliseconds. @default 1_000 */
  readonly pollInterval: number;
  /** How long a shutdown waits for handlers before it cuts them off, in milliseconds. @default 10_000 */
  readonly drainTimeout: number;
}

/** What an engine is made of. */
export interface HandlerEngineParts {
  /** Unlike that of any other instance, now and before. */
  readonly instance: string;
  /** They may be filled in until the start. */
  readonly definitions: readonly HandlerDefinition[];
  readonly storage: HandlerStorage;
  readonly feed: EventFeed;
  readonly calls: WakeUpCalls;
  readonly options: EngineOptions;
  /** Runs a handler's call with what belongs to an event, such as its trace. */
  readonly around: <T>(
    definition: HandlerDefinition,
    events: readonly FeedEvent[],
    work: () => Promise<T>,
    turn?: HandlingTurn,
  ) => Promise<T>;
  /** Told of what went wrong outside of handlers, and of handlers that stand by. */
  report(message: string, error?: unknown): void;
}

/** Runs the durable handlers of one instance: takes units, works on them, and gives them back. */
export class HandlerEngine implements UnitObserver {
  readonly #parts: HandlerEngineParts;
  #definitions: ReadonlyMap<string, HandlerDefinition> = new Map();
  readonly #running = new Map<string, RunningUnit>();
  readonly #leaving = new Map<RunningUnit, Promise<void>>();
  readonly #freeFor = new Map<string, number>();
  readonly #reconciliation: Reconciliation;
  readonly #rates = new RateMeter();
  readonly #watchers = new Set<() => void>();
  #cluster: Cluster = { units: [], instances: [] };
  /** It is on from the start until everything is handed over; in an instance that only looks on it never is. */
  readonly #pulse = new Pulse(async () => this.#beat());
  #stopListening: (() => Promise<void>) | undefined;
  #stopped = false;

  constructor(parts: HandlerEngineParts) {
    this.#parts = parts;
    this.#reconciliation = new Reconciliation(parts);
  }

  /** Prepares the storage, makes what is new, rebuilds what has another version, and begins to work. */
  async start(): Promise<void> {
    const { storage, calls, options, definitions } = this.#parts;
    if (definitions.length === 0) return;
    this.#definitions = new Map(definitions.map((definition) => [definition.name, definition]));
    await storage.prepare();
    await this.#reconciliation.run();
    await this.#pulse.start();
    await this.#inlineIsLive();
    this.#stopListening = await calls.listen((news) => {
      this.wake();
      if (news === 'handlers') void this.#pulse.beat();
    });
    this.#pulse.every(options.leaseFor / BEATS_PER_LEASE);
  }

  /** Inline projections that have little to make up for are there when the application is. */
  async #inlineIsLive(): Promise<void> {
    const inline = new Set(
      this.#parts.definitions.filter(({ mode }) => mode === 'inline').map(({ name }) => name),
    );
    const deadline = Date.now() + INLINE_PATIENCE;
    while (inline.size > 0 && Date.now() < deadline) {
      const isLive = ({ handler, rebuildUntil }: UnitState) => !inline.has(handler) || rebuildUntil === null;
      if (this.#cluster.units.every(isLive)) return;
      await sleep(INLINE_INTERVAL);
      await this.#pulse.beat();
    }
  }

  /** There may be new events. */
  wake(): void {
    for (const unit of this.#running.values()) unit.wake();
  }

  /** Events per second that a unit handles, in whatever instance. */
  rateOf(unit: UnitKey): number {
    return this.#rates.of(keyOf(unit));
  }

  /** The units that this instance works on. */
  get running(): readonly RunningUnit[] {
    return [...this.#running.values()];
  }

  /** Calls back whenever a unit of this instance has come further. @returns to be called to end it */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Has this instance and all others look at once at what somebody has changed. */
  async changed(): Promise<void> {
    this.#parts.calls.notify('handlers');
    await this.#pulse.beat();
  }

  /** Notes how far units are, for their rates. */
  note(units: readonly UnitState[]): void {
    for (const unit of units) this.#rates.note(keyOf(unit), unit.handled, Date.now());
  }

  /** Finishes what is under way, within the time for it, and hands everything over. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#stopListening?.();
    await this.#pulse.idle();
    const { storage, options, instance, calls } = this.#parts;
    // Heartbeats go on meanwhile, or others would take over what is being finished.
    await Promise.all(this.running.map((unit) => unit.stop(options.drainTimeout)));
    const tookPart = this.#pulse.isOn;
    await this.#pulse.stop();
    await Promise.all(this.#leaving.values());
    this.#running.clear();
    if (!tookPart) return;
    try {
      await storage.leave(instance);
      calls.notify('handlers');
    } catch (error) {
      this.#parts.report(
        'This instance could not hand over its durable handlers; their leases run out.',
        error,
      );
    }
  }

  progressed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  lost(unit: RunningUnit): void {
    this.#forget(unit);
    void this.#pulse.beat();
  }

  troubled({ state }: RunningUnit, error: unknown): void {
    this.#parts.report(`${state.handler} cannot go on at the moment and will try again.`, error);
  }

  /** Shows that the instance lives, and takes or gives back units. */
  async #beat(): Promise<void> {
    const { storage, instance, options } = this.#parts;
    try {
      const handlers = [...this.#definitions.keys()];
      this.#cluster = await storage.heartbeat({ id: instance, handlers }, options.leaseFor);
      if (this.#stopped) return;
      this.note(this.#cluster.units);
      await this.#giveBackUnheld();
      this.#endForeign();
      await this.#share();
    } catch (error) {
      this.#parts.report('The durable handlers of this instance could not give a sign of life.', error);
    }
  }

  /**
   * Gives back what the database says is here though it is not: the answer to a claim, a checkpoint or a return was
   * lost. The heartbeats of this instance would keep it from everybody.
   */
  async #giveBackUnheld(): Promise<void> {
    const { storage, instance: owner } = this.#parts;
    const unheld = this.#cluster.units.filter(
      (unit) => unit.owner === owner && !this.#running.has(keyOf(unit)),
    );
    await storage.release(unheld.map((unit) => ({ unit, owner, fence: unit.fence })));
  }

  /** Stops what this instance has no right to any more, or is not to do now. */
  #endForeign(): void {
    for (const unit of this.running) {
      const now = this.#cluster.units.find((state) => keyOf(state) === keyOf(unit.state));
      if (now && now.owner === this.#parts.instance && this.#runs(now)) {
        // Somebody may have asked for another try.
        if (!unit.worker.tracks.isEmpty) {
          unit.worker.forgetTracks();
          unit.wake();
        }
      } else {
        this.#giveBack(unit);
      }
    }
  }

  async #share(): Promise<void> {
    const { instance, storage, options } = this.#parts;
    for (const state of this.#cluster.units) {
      const key = keyOf(state);
      this.#freeFor.set(key, state.owner === null ? (this.#freeFor.get(key) ?? 0) + 1 : 0);
    }
    const { claim, release } = shareMoves(
      this.#cluster,
      instance,
      (unit) => this.#runs(unit) && !this.#running.has(keyOf(unit)),
      (unit) => (this.#freeFor.get(keyOf(unit)) ?? 0) > FORSAKEN_AFTER,
    );
    for (const state of release) {
      const unit = this.#running.get(keyOf(state));
      if (unit) this.#giveBack(unit);
    }
    for (const unit of claim) {
      const claimed = await storage.claim(unit, instance, options.leaseFor);
      if (claimed) this.#begin(claimed);
    }
  }

  #begin({ lease, state }: NonNullable<Awaited<ReturnType<HandlerStorage['claim']>>>): void {
    const { storage, feed, around, options } = this.#parts;
    const definition = this.#definitions.get(state.handler)!;
    const worker = new UnitWorker({
      definition,
      state,
      lease,
      storage,
      feed,
      around: (events, work, attempt) =>
        around(definition, events, work, { attempt, replay: isReplay(state, definition, events) }),
    });
    this.#running.set(keyOf(state), new RunningUnit(state, worker, this, options.pollInterval));
  }

  /** Stops a unit and hands it over; heartbeats do not wait for what it is doing. */
  #giveBack(unit: RunningUnit): void {
    if (this.#leaving.has(unit)) return;
    const leaving = (async () => {
      await unit.stop(this.#parts.options.drainTimeout);
      await this.#parts.storage.release([unit.worker.lease]);
    })()
      .catch((error: unknown) => this.#parts.report(`${unit.state.handler} could not be handed over.`, error))
      .finally(() => {
        this.#leaving.delete(unit);
        this.#forget(unit);
        this.#parts.calls.notify('handlers');
      });
    this.#leaving.set(unit, leaving);
  }

  #forget(unit: RunningUnit): void {
    if (this.#running.get(keyOf(unit.state)) === unit) this.#running.delete(keyOf(unit.state));
  }

  /** Whether this instance can work on a unit as it is now. */
  #runs(unit: UnitState): boolean {
    const definition = this.#definitions.get(unit.handler);
    if (!definition || unit.paused || unit.version !== definition.version) return false;
    if (unit.course === 'rebuild') return true;
    if (definition.mode === 'inline') return unit.rebuildUntil !== null;
    return unit.partitions === definition.partitions;
  }
}
