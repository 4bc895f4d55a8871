import { partitionOf, type FeedEvent } from '../store/index.js';
import type { HandlerStorage, HandlerTransaction, Lease, UnitState } from './handler-storage.js';

/** How long the database has for the bookkeeping around a handler, in milliseconds. */
export const BOOKKEEPING = 10_000;

/** Where a unit stands, as its owner knows; it moves when the database has moved. */
export class UnitProgress {
  #position: bigint;

  constructor(
    readonly lease: Lease,
    private readonly state: UnitState,
    private readonly storage: HandlerStorage,
  ) {
    this.#position = state.position;
  }

  /** Everything up to here is done, or stands in a side track. */
  get position(): bigint {
    return this.#position;
  }

  /**
   * Moves the checkpoint in a transaction that also does something else, which is done first.
   *
   * @param run runs a transaction. @default one for bookkeeping alone
   * @throws LeaseLostError
   */
  async move(
    { to, handled, endsRebuild = false }: { to: bigint; handled: number; endsRebuild?: boolean },
    work: (tx: HandlerTransaction) => Promise<void> = async () => {},
    run: (work: (tx: HandlerTransaction) => Promise<void>) => Promise<void> = (each) =>
      this.storage.transaction(each, BOOKKEEPING),
  ): Promise<void> {
    await run(async (tx) => {
      await work(tx);
      await tx.advance(this.lease, { from: this.#position, to, handled, endsRebuild });
    });
    this.#position = to;
  }

  /** Whether an event was handled before the number of partitions changed. */
  isDone({ record: { aggregateType, aggregateId, position } }: FeedEvent): boolean {
    return this.state.done.some(
      ({ positions }) =>
        position <= (positions[partitionOf(aggregateType, aggregateId, positions.length)] ?? 0n),
    );
  }
}
