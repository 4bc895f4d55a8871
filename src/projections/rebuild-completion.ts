import type { HandlerCall } from './handler-call.js';
import type { HandlerTransaction } from './handler-storage.js';
import { BOOKKEEPING, type UnitProgress } from './unit-progress.js';
import type { UnitWorkerParts } from './unit-worker-parts.js';

/** Copying rows takes as long as there are many of them. */
const AS_LONG_AS_IT_TAKES = 0;

/** Ends rebuilds that do not end by themselves when they have caught up. */
export class RebuildCompletion {
  constructor(
    private readonly parts: UnitWorkerParts,
    private readonly progress: UnitProgress,
    private readonly call: HandlerCall,
  ) {}

  /**
   * To be called whenever the end of the journal is reached.
   *
   * @returns whether the unit is done with, as a rebuild that has taken the place of the live course is, or an inline
   * projection that is up to date.
   * @throws LeaseLostError, HandlerFailure
   */
  async complete(stop: AbortSignal): Promise<boolean> {
    const { definition, lease, storage } = this.parts;
    if (lease.unit.course === 'rebuild') {
      const { partitions, tables } = definition;
      return storage.transaction((tx) => tx.promote(lease, { partitions, tables }), AS_LONG_AS_IT_TAKES);
    }
    if (definition.mode !== 'inline') return false;
    await this.#catchUpInline(stop);
    return true;
  }

  /**
   * Does the rest while no append can take part in the projection, so that those who come after find it up to date.
   *
   * Appends that were open have committed then, or will do it themselves when they get their turn; a hole in the journal
   * has none of its events.
   */
  async #catchUpInline(stop: AbortSignal): Promise<void> {
    const { definition, storage, feed, lease, around } = this.parts;
    const { types, batchSize } = definition;
    let to = this.progress.position;
    let handled = 0;
    const rest = async (tx: HandlerTransaction): Promise<void> => {
      await tx.alone(lease.unit.handler);
      // Appends wait for this with all connections that the pool may have.
      const { transaction } = tx;
      for (;;) {
        const slice = await feed.slice({
          after: to,
          types,
          limit: batchSize,
          beyondHoles: true,
          transaction,
        });
        const { events } = slice;
        if (events.length > 0) await around(events, () => tx.join(() => this.call.many(events, stop)));
        handled += events.length;
        to = slice.upTo;
        if (!slice.more) break;
      }
      await tx.advance(lease, { from: this.progress.position, to, handled, endsRebuild: true });
    };
    await storage.transaction(rest, definition.timeout + BOOKKEEPING, stop);
  }
}
