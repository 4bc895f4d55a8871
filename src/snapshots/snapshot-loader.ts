import {
  constructAggregate,
  markStored,
  type AggregateClass,
  type AggregateRoot,
  type DomainEvent,
} from '../domain/index.js';
import { checkedReadOptions, type EventStore, type ReadOptions, type Transaction } from '../store/index.js';
import { restoreState } from './aggregate-state.js';
import type { SnapshotPolicy } from './snapshot-policy.js';
import { isIntact } from './snapshot-record.js';
import type { SnapshotShapes } from './snapshot-shapes.js';
import type { SnapshotAnswer, SnapshotRecord, SnapshotStorage } from './snapshot-storage.js';
import { decodeState } from './state-encoding.js';

/** Which moment of an aggregate to load, and where to look; without any, the present, as it is committed. */
export interface SnapshotMoment {
  readonly version?: number;
  readonly asOf?: Date;
  readonly transaction?: Transaction;
}

/** What a loader of aggregates needs. */
export interface SnapshotLoaderParts<A extends AggregateRoot> {
  readonly aggregateClass: AggregateClass<A>;
  readonly aggregateType: string;
  readonly policy: SnapshotPolicy;
  readonly shapes: SnapshotShapes;
  readonly storage: SnapshotStorage;
  readonly store: EventStore;
}

/** A snapshot that should have been used, and could not be. */
export interface UnusableSnapshot {
  readonly snapshot: SnapshotRecord;
  readonly cause: unknown;
  /** Whether another one in its place would be better: it is damaged, not refused by the aggregate. */
  readonly damaged: boolean;
}

/** An aggregate, and the snapshot it was folded from. */
export interface LoadedAggregate<A extends AggregateRoot> {
  readonly aggregate: A;
  readonly from: SnapshotRecord | undefined;
  readonly unusable?: UnusableSnapshot;
}

/** Folds aggregates from their snapshots and what came after them, or from all of their events. */
export class SnapshotLoader<A extends AggregateRoot> {
  readonly #parts: SnapshotLoaderParts<A>;

  constructor(parts: SnapshotLoaderParts<A>) {
    this.#parts = parts;
  }

  /** @param seen is given the events that are folded. */
  async load(
    id: string,
    { version: toVersion, asOf, transaction }: SnapshotMoment,
    seen: (events: readonly DomainEvent[]) => void = () => undefined,
  ): Promise<LoadedAggregate<A>> {
    const { aggregateClass, aggregateType, policy, shapes, storage, store } = this.#parts;
    const read = checkedReadOptions({ toVersion, asOf, transaction });
    const aggregate = constructAggregate(aggregateClass, id);
    const shape = shapes.of(aggregate);
    const { snapshot, records, more } = await storage.read({
      aggregateType,
      aggregateId: id,
      snapshotVersion: policy.version,
      shape,
      toVersion,
      asOf,
      transaction,
    });
    const unusable = snapshot && restore(aggregate, snapshot, records);
    if (unusable) {
      // The one at hand may have got a part of the state.
      const anew = constructAggregate(aggregateClass, id);
      await this.#replay(anew, read, seen);
      return { aggregate: anew, from: undefined, unusable };
    }
    const events = await store.toEvents(snapshot ? records.slice(1) : records);
    aggregate.loadFromHistory(events);
    seen(events);
    if (more) await this.#replay(aggregate, { ...read, fromVersion: aggregate.version + 1 }, seen);
    return { aggregate, from: snapshot };
  }

  async #replay(
    aggregate: A,
    read: ReadOptions,
    seen: (events: readonly DomainEvent[]) => void,
  ): Promise<void> {
    const stream = { aggregate: this.#parts.aggregateClass, id: aggregate.id };
    await this.#parts.store.replay(stream, read, (events) => {
      aggregate.loadFromHistory(events);
      seen(events);
    });
  }
}

/** Gives a fresh aggregate the state of a snapshot. @returns why that is not possible, if it is not */
function restore(
  fresh: AggregateRoot,
  snapshot: SnapshotRecord,
  [event]: SnapshotAnswer['records'],
): UnusableSnapshot | undefined {
  let damaged = true;
  try {
    if (!isIntact(snapshot)) throw new Error('Its checksum is wrong.');
    if (event?.aggregateVersion !== snapshot.aggregateVersion || event.eventId !== snapshot.eventId) {
      throw new Error('It belongs to another past: the journal does not have its event.');
    }
    const state = decodeState(snapshot.state);
    damaged = false;
    restoreState(fresh, state);
  } catch (cause) {
    return { snapshot, cause, damaged };
  }
  markStored(fresh, snapshot.aggregateVersion, []);
  return undefined;
}
