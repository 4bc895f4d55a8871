import { streamKey, type FeedEvent, type FeedSlice } from '../store/index.js';
import { HandlerCall, HandlerFailure } from './handler-call.js';
import type { Lease } from './handler-storage.js';
import { RebuildCompletion } from './rebuild-completion.js';
import { SideTrackFollower } from './side-track-follower.js';
import { failedTrack, SideTracks, trackAt } from './side-tracks.js';
import { SlicesAhead } from './slices-ahead.js';
import { BOOKKEEPING, UnitProgress } from './unit-progress.js';
import { shadowOf, type UnitWorkerParts } from './unit-worker-parts.js';

/** The most aggregates that are tried again at once; before more fail, the unit waits. */
const MAX_RETRYING = 200;

/** What a step came to: whether there may be more to do at once, and else how long to wait at most. */
export interface StepOutcome {
  readonly more: boolean;
  /** In milliseconds. */
  readonly wait: number;
  /** A hole in the journal that somebody may yet fill. */
  readonly blockedBy?: FeedSlice['blockedBy'];
  /** There will never be more: the unit is done with. */
  readonly finished?: boolean;
}

/** How a worker is told to end. */
export interface Ends {
  /** Aborted when a handler must be cut off. */
  readonly stop: AbortSignal;
  /** Aborted when nothing more is to be begun. */
  readonly ending: AbortSignal;
}

/** Works off one unit of a durable handler, step by step; never two steps at once. */
export class UnitWorker {
  readonly tracks = new SideTracks();
  readonly #parts: UnitWorkerParts;
  readonly #call: HandlerCall;
  readonly #slices: SlicesAhead;
  readonly #progress: UnitProgress;
  readonly #follower: SideTrackFollower;
  readonly #completion: RebuildCompletion;
  #tracksKnown = false;

  constructor(parts: UnitWorkerParts) {
    this.#parts = parts;
    this.#call = new HandlerCall(parts.definition);
    this.#slices = new SlicesAhead(parts);
    this.#progress = new UnitProgress(parts.lease, parts.state, parts.storage);
    this.#follower = new SideTrackFollower(parts, this.#progress, this.#call);
    this.#completion = new RebuildCompletion(parts, this.#progress, this.#call);
  }

  /** Everything up to here is done, or stands in a side track. */
  get position(): bigint {
    return this.#progress.position;
  }

  /** The right by which it works. */
  get lease(): Lease {
    return this.#parts.lease;
  }

  /** Somebody has changed the side tracks: they are read again before the next step. */
  forgetTracks(): void {
    this.#tracksKnown = false;
  }

  /**
   * Does what is next: a side track that is due, else the next events of the main track.
   *
   * @param ends how it is told to end.
   * @throws LeaseLostError when somebody else has the unit; whatever the database throws when it is away
   */
  async step({ stop, ending }: Ends): Promise<StepOutcome> {
    if (!this.#tracksKnown) await this.#readTracks();
    const due = this.tracks.due(Date.now());
    if (due) {
      await this.#follower.follow(due, stop);
      await this.#readTracks();
      return { more: true, wait: 0 };
    }
    if (this.tracks.retrying >= MAX_RETRYING) return { more: false, wait: this.tracks.wait(Date.now()) };
    const slice = await this.#slices.next(this.position);
    // Whoever has paused it may have stored something since, which is then not to be handled.
    if (ending.aborted) return { more: false, wait: 0 };
    await this.#workOff(slice, { stop, ending });
    const finished = !slice.more && (await this.#completion.complete(stop));
    return { more: slice.more, wait: this.tracks.wait(Date.now()), blockedBy: slice.blockedBy, finished };
  }

  async #workOff(slice: FeedSlice, ends: Ends): Promise<void> {
    const { stop } = ends;
    const events = slice.events.filter((event) => !this.tracks.holds(event) && !this.#progress.isDone(event));
    if (events.length === 0) {
      if (slice.upTo > this.position) await this.#progress.move({ to: slice.upTo, handled: 0 });
      return;
    }
    if (this.#parts.definition.kind === 'subscription') {
      await this.#notify(events, slice.upTo, ends);
      return;
    }
    try {
      await this.#project(events, slice.upTo, stop);
    } catch (error) {
      if (!(error instanceof HandlerFailure)) throw error;
      if (events.length === 1) {
        await this.#leaveTrack([[events[0]!, error]], slice.upTo, 0);
        return;
      }
      // One of them is to blame: each for itself shows which.
      for (const [index, event] of events.entries()) {
        const to = index === events.length - 1 ? slice.upTo : event.record.position;
        if (this.tracks.holds(event)) await this.#progress.move({ to, handled: 0 });
        else await this.#projectAlone(event, to, stop);
      }
    }
  }

  async #projectAlone(event: FeedEvent, to: bigint, stop: AbortSignal): Promise<void> {
    try {
      await this.#project([event], to, stop);
    } catch (error) {
      if (!(error instanceof HandlerFailure)) throw error;
      await this.#leaveTrack([[event, error]], to, 0);
    }
  }

  /** Handles events and moves the checkpoint, in one transaction. */
  async #project(events: readonly FeedEvent[], to: bigint, stop: AbortSignal): Promise<void> {
    const { storage, around, definition } = this.#parts;
    await this.#progress.move(
      { to, handled: events.length },
      async (tx) => around(events, () => tx.join(() => this.#call.many(events, stop), shadowOf(this.#parts))),
      // With the lease, so that it cannot lock rows of the read model against somebody who is about to rebuild it.
      (work) => storage.transaction(work, definition.timeout + BOOKKEEPING, stop, this.lease),
    );
  }

  /** Handles events outside of any transaction, some aggregates at once, and moves the checkpoint behind them. */
  async #notify(events: readonly FeedEvent[], upTo: bigint, { stop, ending }: Ends): Promise<void> {
    const failures: [FeedEvent, HandlerFailure][] = [];
    const open = new Set(events);
    const waiting = [...byAggregate(events)];
    const run = async (): Promise<void> => {
      for (let next = waiting.shift(); next && !ending.aborted; next = waiting.shift()) {
        for (const event of next) {
          if (ending.aborted) return;
          try {
            await this.#parts.around([event], () => this.#call.one(event, 1, stop));
            open.delete(event);
          } catch (error) {
            if (!(error instanceof HandlerFailure)) throw error;
            failures.push([event, error]);
            // The rest of the aggregate waits behind it.
            for (const behind of next) open.delete(behind);
            break;
          }
        }
      }
    };
    const lanes = Array.from({ length: this.#parts.definition.concurrency }, run);
    const results = await Promise.allSettled(lanes);
    const broken = results.find((result) => result.status === 'rejected');
    if (broken) throw broken.reason;
    await this.#arrive(events, failures, open, upTo);
  }

  /** Keeps how far it came: to the end, or where it was stopped, to the first event that is still open. */
  async #arrive(
    events: readonly FeedEvent[],
    failures: readonly [FeedEvent, HandlerFailure][],
    open: ReadonlySet<FeedEvent>,
    upTo: bigint,
  ): Promise<void> {
    const [first] = open;
    const to = first ? first.record.position - 1n : upTo;
    const failed = failures.filter(([event]) => event.record.position <= to);
    const behind = new Set(failures.map(([event]) => aggregateOf(event)));
    const handled = events.filter(
      (event) => event.record.position <= to && !behind.has(aggregateOf(event)),
    ).length;
    if (failed.length > 0) await this.#leaveTrack(failed, to, handled);
    else if (to > this.position) await this.#progress.move({ to, handled });
  }

  /** Takes failed aggregates off the main track, which goes on past them. */
  async #leaveTrack(
    failures: readonly [FeedEvent, HandlerFailure][],
    to: bigint,
    handled: number,
  ): Promise<void> {
    const { lease, definition } = this.#parts;
    const now = Date.now();
    await this.#progress.move({ to, handled }, async (tx) => {
      for (const [event, failure] of failures) {
        await tx.putTrack(failedTrack(trackAt(lease.unit, event, now), failure, definition.retry, now));
      }
    });
    await this.#readTracks();
  }

  async #readTracks(): Promise<void> {
    this.tracks.replace(await this.#parts.storage.tracks(this.lease.unit));
    this.#tracksKnown = true;
  }
}

/** Events by their aggregate, each in order, the aggregate of the first event first. */
function byAggregate(events: readonly FeedEvent[]): Iterable<FeedEvent[]> {
  const groups = new Map<string, FeedEvent[]>();
  for (const event of events) {
    const key = aggregateOf(event);
    const group = groups.get(key);
    if (group) group.push(event);
    else groups.set(key, [event]);
  }
  return groups.values();
}

function aggregateOf({ record }: FeedEvent): string {
  return streamKey(record.aggregateType, record.aggregateId);
}
