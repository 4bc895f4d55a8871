import type { FeedEvent } from '../store/index.js';
import { HandlerFailure, type HandlerCall } from './handler-call.js';
import type { HandlerTransaction, SideTrack } from './handler-storage.js';
import { failedTrack, trackAt } from './side-tracks.js';
import { BOOKKEEPING, type UnitProgress } from './unit-progress.js';
import { shadowOf, type UnitWorkerParts } from './unit-worker-parts.js';

/** Tries the events of aggregates that have left the main track, one by one. */
export class SideTrackFollower {
  constructor(
    private readonly parts: UnitWorkerParts,
    private readonly progress: UnitProgress,
    private readonly call: HandlerCall,
  ) {}

  /**
   * Tries the event at the head of a side track, and goes on to the next one of its aggregate.
   *
   * @throws LeaseLostError; whatever the database throws when it is away
   */
  async follow(track: SideTrack, stop: AbortSignal): Promise<void> {
    const event = await this.#next(track, track.aggregateVersion);
    const following = event && (await this.#next(track, event.record.aggregateVersion + 1));
    const goOn = async (tx: HandlerTransaction): Promise<void> => {
      const { lease } = this.progress;
      if (following) await tx.putTrack(trackAt(lease.unit, following, Date.now()), track.revision);
      else await tx.removeTrack(track);
    };
    if (!event) {
      await this.progress.move({ to: this.progress.position, handled: 0 }, goOn);
      return;
    }
    try {
      await this.#try(event, track, goOn, stop);
    } catch (error) {
      if (!(error instanceof HandlerFailure)) throw error;
      await this.#fail(event, track, error);
    }
  }

  async #try(
    event: FeedEvent,
    track: SideTrack,
    goOn: (tx: HandlerTransaction) => Promise<void>,
    stop: AbortSignal,
  ): Promise<void> {
    const { definition, storage, around } = this.parts;
    const attempt = attemptsOf(event, track) + 1;
    const handle = async (): Promise<void> =>
      around([event], () => this.call.one(event, attempt, stop), attempt);
    const done = { to: this.progress.position, handled: 1 };
    if (definition.kind === 'subscription') {
      await handle();
      await this.progress.move(done, goOn);
      return;
    }
    await this.progress.move(
      done,
      async (tx) => {
        await tx.join(handle, shadowOf(this.parts));
        await goOn(tx);
      },
      (work) => storage.transaction(work, definition.timeout + BOOKKEEPING, stop, this.progress.lease),
    );
  }

  async #fail(event: FeedEvent, track: SideTrack, failure: HandlerFailure): Promise<void> {
    const { storage, definition } = this.parts;
    const { lease } = this.progress;
    const now = Date.now();
    const tried = { ...trackAt(lease.unit, event, now), attempts: attemptsOf(event, track) };
    await storage.transaction(async (tx) => {
      await tx.putTrack(failedTrack(tried, failure, definition.retry, now), track.revision);
      await tx.assertLease(lease);
    }, BOOKKEEPING);
  }

  async #next(
    { aggregateType, aggregateId }: SideTrack,
    fromVersion: number,
  ): Promise<FeedEvent | undefined> {
    const { feed, definition } = this.parts;
    const { position: upTo } = this.progress;
    return feed.next({ aggregateType, aggregateId, fromVersion, upTo, types: definition.types });
  }
}

/** A track whose event was skipped stands before the next one, which was not tried yet. */
function attemptsOf({ record }: FeedEvent, { eventId, attempts }: SideTrack): number {
  return record.eventId === eventId ? attempts : 0;
}
