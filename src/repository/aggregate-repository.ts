import {
  constructAggregate,
  InvalidArgumentError,
  isPast,
  isStored,
  markPast,
  markStored,
  markUnstored,
  type AggregateClass,
  type AggregateRoot,
  type DomainEvent,
} from '../domain/index.js';
import type { AggregateSnapshots } from '../snapshots/index.js';
import {
  ConcurrencyError,
  type AppendAllOptions,
  type EventStore,
  type ReadOptions,
  type Stream,
  type Transaction,
} from '../store/index.js';
import { AggregateUpdates, type Updated, type UpdateOptions } from './aggregate-updates.js';
import {
  AggregateAlreadyExistsError,
  AggregateNotFoundError,
  PastAggregateError,
} from './repository.errors.js';

/** Which moment of an aggregate to load; without any, the present. */
export interface LoadOptions {
  /** The state after this version, from 1. */
  readonly version?: number;
  /** The state after all that was stored at or before this moment. */
  readonly asOf?: Date;
  /** A running transaction of the caller's to load in, which sees what it has saved itself. */
  readonly transaction?: Transaction;
}

/** A save whose transaction may yet be rolled back. */
interface SavedInTransaction {
  /** The aggregate's version before it. */
  readonly before: number;
  readonly events: readonly DomainEvent[];
}

/** Loads and saves the aggregates of one class; inject it with `@InjectAggregateRepository(Todo)`. */
export class AggregateRepository<A extends AggregateRoot> {
  readonly #savedInTransactions = new WeakMap<A, readonly SavedInTransaction[]>();
  readonly #updates: AggregateUpdates<A>;

  constructor(
    private readonly aggregateClass: AggregateClass<A>,
    private readonly aggregateType: string,
    private readonly store: EventStore,
    private readonly snapshots?: AggregateSnapshots<A>,
  ) {
    this.#updates = new AggregateUpdates(this, aggregateType);
  }

  /**
   * The aggregate with this id, folded from its events.
   *
   * One loaded with `version` or `asOf` is a look at the past: it cannot be saved.
   *
   * @throws AggregateNotFoundError when there is none, or was none at that moment; UnknownEventTypeError when a
   * stored event belongs to no registered class; InvalidArgumentError for an unusable id, version or date.
   */
  async load(id: string, options: LoadOptions = {}): Promise<A> {
    const aggregate = await this.find(id, options);
    if (!aggregate) throw new AggregateNotFoundError(this.aggregateType, id, describeMoment(options));
    return aggregate;
  }

  /** As {@link load}, but answers `null` where there is no such aggregate. */
  async find(id: string, options: LoadOptions = {}): Promise<A | null> {
    const { version, asOf, transaction } = options;
    if (version !== undefined && (!Number.isSafeInteger(version) || version < 0)) {
      throw new InvalidArgumentError(`version is ${version}`, 'Use a whole number from 1.');
    }
    if (version !== undefined && asOf !== undefined) {
      throw new InvalidArgumentError('Both version and asOf were given', 'Ask for one moment.');
    }
    const aggregate = this.snapshots
      ? await this.snapshots.load(id, { version, asOf, transaction })
      : await this.#replay(id, { toVersion: version, asOf, transaction });
    if (aggregate.version === 0 || (version !== undefined && aggregate.version !== version)) return null;
    if (version !== undefined || asOf !== undefined) markPast(aggregate);
    return aggregate;
  }

  /** Whether any event of an aggregate with this id is stored. */
  async exists(id: string): Promise<boolean> {
    return (await this.store.version(this.#stream(id))) > 0;
  }

  /**
   * Stores the events an aggregate has queued; without any it does nothing.
   *
   * In a caller's transaction the aggregate counts as saved at once. If that is rolled back, the next save stores those
   * events again; to be rid of them, load it anew.
   *
   * @returns the stored events; the last one's `position` is that of the save.
   * @throws ConcurrencyError when somebody else has saved it since it was loaded; AggregateAlreadyExistsError (a
   * ConcurrencyError) when it is new and its id is taken; PastAggregateError; EventSchemaError and EventPayloadError
   * before any SQL. The events then stay queued.
   */
  async save(aggregate: A, options: AppendAllOptions = {}): Promise<DomainEvent[]> {
    if (!(aggregate instanceof this.aggregateClass)) {
      throw new InvalidArgumentError(
        `The repository of ${this.aggregateClass.name} was to save ${describeValue(aggregate)}`,
        `Use the repository of its own class.`,
      );
    }
    this.#takeBackRolledBack(aggregate);
    if (isPast(aggregate)) throw new PastAggregateError(this.aggregateType, aggregate.id, aggregate.version);
    const queued = [...aggregate.getUncommittedEvents()];
    if (queued.length === 0) return [];
    const before = aggregate.version;
    const events = await this.#append(aggregate, queued, options);
    if (options.transaction)
      this.#savedInTransactions.set(aggregate, [...this.#saved(aggregate), { before, events }]);
    markStored(aggregate, events.at(-1)!.aggregateVersion, events);
    this.snapshots?.saved(aggregate, options.transaction);
    return events;
  }

  /**
   * Loads an aggregate, changes it and saves it; where somebody else was faster, all of that again, after a pause.
   *
   * So the change may run several times, each time on what is stored then: it decides by the aggregate alone, and does
   * nothing that must not happen twice. Within the process the updates of one aggregate run one after the other, in the
   * order they came; those that other updates make in their change do not wait.
   *
   * In a transaction of the caller's it is tried once: what else was read in it may be stale too. Run the whole
   * transaction again.
   *
   * @param change may be async; the others wait for it meanwhile.
   * @returns the aggregate, the stored events, and what the change returned.
   * @throws AggregateNotFoundError and whatever the change throws, at once; ConcurrencyError when others were faster
   * every time; NestedUpdateError in a change of the same aggregate; UpdateQueueFullError; and as {@link save}.
   */
  async update<Result>(
    id: string,
    change: (aggregate: A) => Result | Promise<Result>,
    options: UpdateOptions = {},
  ): Promise<Updated<A, Result>> {
    return this.#updates.run(id, change, options);
  }

  /** All events of an aggregate, oldest first; empty when there is no such aggregate. */
  async history(id: string): Promise<DomainEvent[]> {
    const history: DomainEvent[] = [];
    for await (const event of this.store.read(this.#stream(id))) history.push(event);
    return history;
  }

  async #replay(id: string, options: ReadOptions): Promise<A> {
    const aggregate = constructAggregate(this.aggregateClass, id);
    await this.store.replay(this.#stream(id), options, (events) => aggregate.loadFromHistory(events));
    return aggregate;
  }

  /** Of several saves in one transaction, those behind a savepoint may be rolled back, and those before it not. */
  #takeBackRolledBack(aggregate: A): void {
    const saves = this.#saved(aggregate);
    const lost = saves.filter(({ events }) => events.some((event) => !isStored(event)));
    if (lost.length === 0) return;
    // A save that was made twice at once is noted twice.
    const events = new Set(lost.flatMap((save) => save.events));
    markUnstored(aggregate, lost[0]!.before, [...events]);
    this.#savedInTransactions.set(
      aggregate,
      saves.filter((save) => !lost.includes(save)),
    );
  }

  #saved(aggregate: A): readonly SavedInTransaction[] {
    return this.#savedInTransactions.get(aggregate) ?? [];
  }

  async #append(aggregate: A, queued: DomainEvent[], options: AppendAllOptions): Promise<DomainEvent[]> {
    try {
      return await this.store.append(this.#stream(aggregate.id), queued, {
        ...options,
        expectedVersion: aggregate.version,
      });
    } catch (error) {
      if (error instanceof ConcurrencyError && aggregate.version === 0) {
        throw new AggregateAlreadyExistsError(error, { cause: error });
      }
      throw error;
    }
  }

  #stream(id: string): Stream {
    return { aggregate: this.aggregateClass, id };
  }
}

function describeMoment({ version, asOf }: LoadOptions): string {
  if (version !== undefined) return `at version ${version}`;
  return asOf ? `as of ${asOf.toISOString()}` : '';
}

function describeValue(value: unknown): string {
  return value === null || typeof value !== 'object' ? String(value) : `a ${value.constructor.name}`;
}
