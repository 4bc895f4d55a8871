import type {
  CheckpointMove,
  Cluster,
  HandlerStorage,
  HandlerTransaction,
  Lease,
  NewSideTrack,
  Registration,
  RunningInstance,
  SideTrack,
  SkippedEvent,
  UnitKey,
  UnitState,
} from './handler-storage.js';
import { HandlerTransactionEndedError } from './handler-transaction.errors.js';
import { InMemoryHandlerState, type PartitionOf } from './in-memory-handler-state.js';
import { partitionOf, refuseTransaction, unlessAborted, type Transaction } from '../store/index.js';
import { LeaseLostError } from './projections.errors.js';

type Change<T> = (state: InMemoryHandlerState) => T;

/**
 * Keeps in memory where durable handlers stand, for tests: the same rules as in PostgreSQL, but what handlers do
 * elsewhere is no part of their transaction, and there are no tables of rebuilds.
 */
export class InMemoryHandlerStorage implements HandlerStorage {
  #state: InMemoryHandlerState;

  /** @param now the clock of leases. */
  constructor(now: () => Date = () => new Date()) {
    this.#state = new InMemoryHandlerState(now);
  }

  async prepare(): Promise<void> {
    // Memory is always ready.
  }

  async register(registrations: readonly Registration[]): Promise<void> {
    for (const { handler, ...units } of registrations) {
      const live = { handler, course: 'live' } as const;
      if (this.#state.unitsOf(live).length === 0) this.#state.insertUnits(live, units);
    }
  }

  async heartbeat(instance: RunningInstance, leaseFor: number): Promise<Cluster> {
    this.#state.beat(instance, leaseFor);
    return this.cluster();
  }

  async cluster(): Promise<Cluster> {
    return { units: this.#state.unitsOf(), instances: this.#state.living() };
  }

  async claim(
    unit: UnitKey,
    owner: string,
    leaseFor: number,
  ): Promise<{ lease: Lease; state: UnitState } | undefined> {
    return this.#state.claim(unit, owner, leaseFor);
  }

  async release(leases: readonly Lease[]): Promise<void> {
    for (const { unit, owner, fence } of leases) {
      this.#state.free((held) => sameUnit(held, unit) && held.owner === owner && held.fence === fence);
    }
  }

  async leave(instance: string): Promise<void> {
    this.#state.instances.delete(instance);
    this.#state.free(({ owner }) => owner === instance);
  }

  async transaction<T>(
    work: (transaction: HandlerTransaction) => Promise<T>,
    _timeout = 0,
    signal?: AbortSignal,
    lease?: Lease,
  ): Promise<T> {
    signal?.throwIfAborted();
    const transaction = new InMemoryHandlerTransaction(this.#state.copy());
    try {
      if (lease) await transaction.assertLease(lease);
      const result = await unlessAborted(work(transaction), signal);
      this.#state = transaction.applyTo(this.#state.copy());
      return result;
    } finally {
      transaction.end();
    }
  }

  /** There are no transactions of callers' in memory. @throws InvalidArgumentError */
  async within<T>(
    transaction: Transaction,
    work: (transaction: HandlerTransaction) => Promise<T>,
  ): Promise<T> {
    refuseTransaction(transaction);
    return this.transaction(work);
  }

  async tracks(of: UnitKey | { handler: string }): Promise<readonly SideTrack[]> {
    const wanted = { course: 'live', partition: undefined, ...of };
    return [...this.#state.tracks.values()]
      .filter(({ unit }) => unit.handler === wanted.handler && unit.course === wanted.course)
      .filter(({ unit }) => wanted.partition === undefined || unit.partition === wanted.partition)
      .sort(byPosition);
  }

  async retry(handler: string, eventId?: string): Promise<number> {
    return this.#state.retry(handler, eventId);
  }

  async skip(
    handler: string,
    eventId: string,
    reason: string,
    next: NewSideTrack | undefined,
  ): Promise<boolean> {
    return this.#state.skip(handler, eventId, reason, next);
  }

  async skipped(handler: string): Promise<readonly SkippedEvent[]> {
    return [...this.#state.skipped.values()].filter((event) => event.handler === handler).sort(byPosition);
  }

  async startOver(
    registration: Registration & { until: bigint; total: bigint },
    reset: (transaction: HandlerTransaction) => Promise<void>,
  ): Promise<void> {
    const transaction = new InMemoryHandlerTransaction(this.#state.copy());
    transaction.change((state) => restart(state, 'live', registration));
    await reset(transaction).finally(() => transaction.end());
    this.#state = transaction.applyTo(this.#state.copy());
  }

  async startBeside(registration: Registration & { until: bigint; total: bigint }): Promise<void> {
    restart(this.#state, 'rebuild', registration);
  }

  async cancelBeside(handler: string): Promise<boolean> {
    const rebuild = { handler, course: 'rebuild' } as const;
    this.#state.deleteTracks(rebuild);
    return this.#state.deleteCourse(rebuild);
  }

  async repartition(handler: string, partitions: number, divide: PartitionOf): Promise<void> {
    this.#state.repartition(handler, partitions, divide);
  }

  async setPaused(handler: string, paused: boolean): Promise<boolean> {
    return this.#state.setPaused(handler, paused);
  }

  async close(): Promise<void> {
    // There is nothing open.
  }
}

/** Notes what is changed, and does it again on what is there at the commit: all, or nothing when some of it no longer can. */
class InMemoryHandlerTransaction implements HandlerTransaction {
  readonly #changes: Change<unknown>[] = [];
  #ended = false;

  /** @param draft what it sees, with its own changes. */
  constructor(private readonly draft: InMemoryHandlerState) {}

  change<T>(change: Change<T>): T {
    if (this.#ended) throw new HandlerTransactionEndedError();
    const result = change(this.draft);
    this.#changes.push(change);
    return result;
  }

  applyTo(state: InMemoryHandlerState): InMemoryHandlerState {
    for (const change of this.#changes) change(state);
    return state;
  }

  end(): void {
    this.#ended = true;
  }

  /** Events are stored in memory without a transaction. */
  get transaction(): undefined {
    return undefined;
  }

  async alone(): Promise<void> {
    // Nobody can come in between: what is changed here is changed at once.
  }

  async join<T>(work: () => Promise<T>): Promise<T> {
    if (this.#ended) throw new HandlerTransactionEndedError();
    return work();
  }

  async advance(lease: Lease, move: CheckpointMove): Promise<void> {
    this.change((state) => state.advance(lease, move));
  }

  async assertLease(lease: Lease): Promise<void> {
    this.change((state) => void state.leased(lease));
  }

  async putTrack(track: NewSideTrack, replaces?: bigint): Promise<void> {
    this.change((state) => state.putTrack(track, replaces));
  }

  async removeTrack(track: SideTrack): Promise<void> {
    this.change((state) => state.removeTrack(track));
  }

  async promote(lease: Lease, { partitions }: { partitions: number }): Promise<boolean> {
    const divide: PartitionOf = (type, id) => partitionOf(type, id, partitions);
    const promoted = this.draft.copy().promote(lease, partitions, divide);
    this.change((state) => {
      // The live course has gone on meanwhile, which in the database it cannot.
      if (state.promote(lease, partitions, divide) !== promoted) {
        throw new LeaseLostError(lease.unit.handler, lease.unit.partition);
      }
    });
    return promoted;
  }

  async share(handler: string): Promise<readonly UnitState[]> {
    return this.change((state) => state.unitsOf({ handler, course: 'live' }));
  }
}

function restart(
  state: InMemoryHandlerState,
  course: UnitKey['course'],
  { handler, kind, version, partitions, until, total }: Registration & { until: bigint; total: bigint },
): void {
  const paused = state.unitsOf({ handler, course: 'live' }).some((unit) => unit.paused);
  const rebuild = until > 0n ? { rebuildUntil: until, rebuildTotal: total } : {};
  state.deleteCourse({ handler, course });
  state.deleteTracks({ handler, course });
  state.insertUnits({ handler, course }, { kind, version, partitions, position: 0n, paused, ...rebuild });
}

function sameUnit(a: UnitKey, b: UnitKey): boolean {
  return a.handler === b.handler && a.course === b.course && a.partition === b.partition;
}

function byPosition(a: { position: bigint }, b: { position: bigint }): number {
  return a.position < b.position ? -1 : Number(a.position > b.position);
}
