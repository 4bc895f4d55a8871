import type { FeedSlice } from '../store/index.js';
import type { UnitWorkerParts } from './unit-worker-parts.js';

/** Reads a unit's part of the journal: while there is more, the next slice is fetched as one is worked off. */
export class SlicesAhead {
  #ahead: { readonly after: bigint; readonly slice: Promise<FeedSlice> } | undefined;

  constructor(private readonly parts: UnitWorkerParts) {}

  /** The slice behind a position. */
  async next(after: bigint): Promise<FeedSlice> {
    const ahead = await this.#fetched(after);
    const slice = ahead ?? (await this.#fetch(after));
    if (slice.more && slice.upTo > after) {
      const next = this.#fetch(slice.upTo);
      // It is fetched again, should it be asked for.
      next.catch(() => undefined);
      this.#ahead = { after: slice.upTo, slice: next };
    }
    // That there was nothing behind it, or a hole, is old news: the next one, which is not fetched ahead, tells.
    return ahead && !ahead.more ? { events: ahead.events, upTo: ahead.upTo, more: true } : slice;
  }

  async #fetched(after: bigint): Promise<FeedSlice | undefined> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return ahead?.after === after ? ahead.slice.catch(() => undefined) : undefined;
  }

  async #fetch(after: bigint): Promise<FeedSlice> {
    const { definition, lease, state, feed } = this.parts;
    return feed.slice({
      after,
      types: definition.types,
      partition: { index: lease.unit.partition, of: state.partitions },
      limit: definition.batchSize,
    });
  }
}
