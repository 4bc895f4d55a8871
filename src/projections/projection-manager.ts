import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError } from '../domain/index.js';
import type { EventFeed } from '../store/index.js';
import type { HandlerDefinition } from './handler-definition.js';
import type { HandlerEngine } from './handler-engine.js';
import type { HandlerStatus } from './handler-status.js';
import type { HandlerStorage, SideTrack, SkippedEvent, UnitState } from './handler-storage.js';
import { ProjectionTimeoutError, UnknownHandlerError } from './projections.errors.js';
import { Rebuilder } from './rebuilder.js';
import { trackAt } from './side-tracks.js';
import { StatusReport } from './status-report.js';

/** How often a wait looks at what other instances have done, in milliseconds. */
const LOOK_INTERVAL = 25;
const REBUILD_LOOK_INTERVAL = 200;

/** An event that a durable handler could not handle; later events of its aggregate wait behind it. */
export interface ParkedEvent {
  readonly eventId: string;
  readonly eventType: string;
  readonly position: bigint;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  /** How often it was tried. */
  readonly attempts: number;
  /** What the last try ended with. */
  readonly error: string | null;
  readonly stack: string | null;
  /** When it first failed. */
  readonly since: Date;
}

/** What a manager is made of. */
export interface ProjectionManagerParts {
  readonly definitions: readonly HandlerDefinition[];
  readonly storage: HandlerStorage;
  readonly feed: EventFeed;
  readonly engine: HandlerEngine;
}

/** Shows and steers the durable handlers of all instances: projections and subscriptions. */
export class ProjectionManager {
  readonly #parts: ProjectionManagerParts;
  readonly #report: StatusReport;

  constructor(parts: ProjectionManagerParts) {
    this.#parts = parts;
    this.#report = new StatusReport(parts);
  }

  /** How all durable handlers of this program are doing. */
  async status(): Promise<HandlerStatus[]>;
  /** How one is doing. @throws UnknownHandlerError */
  async status(name: string): Promise<HandlerStatus>;
  async status(name?: string): Promise<HandlerStatus | HandlerStatus[]> {
    if (name === undefined) return this.#report.of(this.#parts.definitions);
    const [status] = await this.#report.of([this.#definition(name)]);
    return status!;
  }

  /**
   * Stops work on a handler, in all instances and also after a restart, until `resume`.
   *
   * What is under way is finished; `status(name).partitions` have no owners when nobody works on it any more.
   *
   * @throws UnknownHandlerError; InvalidArgumentError for an inline projection, or where no instance has begun it yet
   */
  async pause(name: string): Promise<void> {
    await this.#setPaused(name, true);
  }

  /** Lets a paused handler go on where it was. @throws as {@link pause} */
  async resume(name: string): Promise<void> {
    await this.#setPaused(name, false);
  }

  /**
   * Builds the read model of a projection anew, from the first event on.
   *
   * It goes on after a crash, in whatever instance, and can be paused; `status(name).rebuild` tells how far it is. Asked
   * for while it is on, it begins anew. What was skipped is handled again, by what the handler has become since.
   *
   * @param options `wait: false` resolves when it has begun, as a request needs it, and not when it is done or given
   * up. @default true
   * @throws UnknownHandlerError; HandlerDefinitionError for a subscription, or for a projection with neither `tables`
   * nor `reset()`; whatever `reset()` throws
   */
  async rebuild(name: string, { wait = true }: { wait?: boolean } = {}): Promise<void> {
    const definition = this.#definition(name);
    await new Rebuilder(this.#parts).begin(definition);
    await this.#parts.engine.changed();
    if (wait) await this.#rebuilt(name);
  }

  async #rebuilt(name: string): Promise<void> {
    for (;;) {
      const units = await this.#units(name);
      const isOn = units.some(({ course, rebuildUntil }) => course === 'rebuild' || rebuildUntil !== null);
      if (!isOn) return;
      await sleep(REBUILD_LOOK_INTERVAL);
    }
  }

  /** Gives up a rebuild beside the old rows, which stay. @returns whether there was one. @throws UnknownHandlerError */
  async cancelRebuild(name: string): Promise<boolean> {
    const definition = this.#definition(name);
    const canceled = await this.#parts.storage.cancelBeside(name, definition.tables);
    await this.#parts.engine.changed();
    return canceled;
  }

  /**
   * Resolves when a handler has everything behind it up to a position, in whatever instance: for reading one's own
   * writes. What has failed and waits to be tried again, or is parked, counts as behind it.
   *
   * @param position of an event, as a save answers it.
   * @param options `timeout` in milliseconds. @default 5_000
   * @throws ProjectionTimeoutError, UnknownHandlerError
   */
  async waitFor(
    name: string,
    position: bigint,
    { timeout = 5_000 }: { timeout?: number } = {},
  ): Promise<void> {
    if (typeof position !== 'bigint') {
      throw new InvalidArgumentError(
        `The position to wait for is ${JSON.stringify(position)}`,
        'Pass the position of a stored event, a bigint.',
      );
    }
    const definition = this.#definition(name);
    const deadline = Date.now() + timeout;
    let reached: bigint | undefined;
    for (;;) {
      const live = (await this.#units(name)).filter(({ course }) => course === 'live');
      if (live.length > 0 && live.every((unit) => isPast(unit, definition, position))) return;
      reached = live.map((unit) => unit.position).sort((a, b) => (a < b ? -1 : 1))[0];
      const left = deadline - Date.now();
      if (left <= 0) throw new ProjectionTimeoutError(name, position, reached, timeout);
      await this.#progress(Math.min(LOOK_INTERVAL, left));
    }
  }

  /** The events that a handler could not handle and that wait for a person, the oldest first. @throws UnknownHandlerError */
  async parked(name: string): Promise<ParkedEvent[]> {
    this.#definition(name);
    const tracks = await this.#parts.storage.tracks({ handler: name });
    return tracks
      .filter(({ status }) => status === 'parked')
      .sort((a, b) => (a.position < b.position ? -1 : 1))
      .map(toParkedEvent);
  }

  /**
   * Has parked events tried again, with all tries before them; what waits behind them follows.
   *
   * @param eventId one of them. @default all of the handler
   * @returns how many. @throws UnknownHandlerError
   */
  async retry(name: string, eventId?: string): Promise<number> {
    this.#definition(name);
    const count = await this.#parts.storage.retry(name, eventId);
    await this.#parts.engine.changed();
    return count;
  }

  /**
   * Gives up a parked event for good, and lets what waits behind it go on. It is noted with the reason.
   *
   * @throws InvalidArgumentError when it is not parked, or there is no reason; UnknownHandlerError
   */
  async skip(name: string, eventId: string, reason: string): Promise<void> {
    const { types } = this.#definition(name);
    if (typeof reason !== 'string' || reason.trim() === '') {
      throw new InvalidArgumentError(
        'There is no reason for skipping the event',
        'Say why, for those who ask later.',
      );
    }
    const { storage, feed, engine } = this.#parts;
    const track = (await storage.tracks({ handler: name })).find((each) => each.eventId === eventId);
    const position = track && (await this.#positionOf(track));
    const next =
      track &&
      (await feed.next({
        aggregateType: track.aggregateType,
        aggregateId: track.aggregateId,
        fromVersion: track.aggregateVersion + 1,
        upTo: position ?? track.position,
        types,
      }));
    const skipped =
      track && (await storage.skip(name, eventId, reason, next && trackAt(track.unit, next, Date.now())));
    if (!skipped) {
      throw new InvalidArgumentError(
        `The event ${eventId} is not parked for ${name}`,
        'Skip one of those that parked(name) answers.',
      );
    }
    await engine.changed();
  }

  /** The events that were given up, the oldest first. @throws UnknownHandlerError */
  async skipped(name: string): Promise<readonly SkippedEvent[]> {
    this.#definition(name);
    return this.#parts.storage.skipped(name);
  }

  async #setPaused(name: string, paused: boolean): Promise<void> {
    if (this.#definition(name).mode === 'inline') {
      throw new InvalidArgumentError(
        `${name} is inline and cannot be paused: it is a part of every append`,
        'Make it asynchronous if it has to be.',
      );
    }
    if (!(await this.#parts.storage.setPaused(name, paused))) {
      throw new InvalidArgumentError(
        `No instance has begun ${name} yet`,
        'Start one that runs it; then it can be paused and resumed.',
      );
    }
    await this.#parts.engine.changed();
  }

  async #units(name: string): Promise<UnitState[]> {
    const { units } = await this.#parts.storage.cluster();
    return units.filter(({ handler }) => handler === name);
  }

  async #positionOf({ unit }: SideTrack): Promise<bigint | undefined> {
    const units = await this.#units(unit.handler);
    return units.find(({ course, partition }) => course === unit.course && partition === unit.partition)
      ?.position;
  }

  /** Resolves when a unit of this instance has come further, at the latest after some time. */
  async #progress(atMost: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const stop = this.#parts.engine.watch(done);
      const timer = setTimeout(done, atMost);
      function done(): void {
        stop();
        clearTimeout(timer);
        resolve();
      }
    });
  }

  #definition(name: string): HandlerDefinition {
    const definition = this.#parts.definitions.find((each) => each.name === name);
    if (definition) return definition;
    throw new UnknownHandlerError(
      name,
      this.#parts.definitions.map((each) => each.name),
    );
  }
}

function isPast(unit: UnitState, { mode }: HandlerDefinition, position: bigint): boolean {
  return unit.position >= position || (mode === 'inline' && unit.rebuildUntil === null);
}

function toParkedEvent(track: SideTrack): ParkedEvent {
  const { eventId, eventType, position, aggregateType, aggregateId, aggregateVersion } = track;
  const { attempts, error, stack, since } = track;
  return {
    eventId,
    eventType,
    position,
    aggregateType,
    aggregateId,
    aggregateVersion,
    attempts,
    error,
    stack,
    since,
  };
}
