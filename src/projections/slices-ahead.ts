import type { FeedSlice, SliceQuery } from '../store/index.js';
import type { UnitWorkerParts } from './unit-worker-parts.js';

/** Reads a unit's part of the journal: while there is more, the next slice is fetched as one is worked off. */
export class SlicesAhead {
  #ahead: { readonly after: bigint; readonly slice: Promise<FeedSlice> } | undefined;

  /** The last one was known without reading. The next one is read: only that tells of the end, of holes and of others. */
  #isKnown = false;

  constructor(private readonly parts: UnitWorkerParts) {}

  /** The slice behind a position. */
  async next(after: bigint): Promise<FeedSlice> {
    const ahead = await this.#fetched(after);
    const known = ahead || this.#isKnown ? undefined : this.parts.feed.known(this.#query(after));
    this.#isKnown = known !== undefined;
    // Nothing is fetched behind it: that would be in the way of what is to be done at once.
    if (known) return known;
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
    return this.parts.feed.slice(this.#query(after));
  }

  #query(after: bigint): SliceQuery {
    const { definition, lease, state } = this.parts;
    return {
      after,
      types: definition.types,
      partition: { index: lease.unit.partition, of: state.partitions },
      limit: definition.batchSize,
    };
  }
}
