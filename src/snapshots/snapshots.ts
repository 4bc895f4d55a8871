import {
  InvalidArgumentError,
  readAggregateDefinition,
  type AggregateClass,
  type AggregateRoot,
  type DomainModel,
} from '../domain/index.js';
import type { SchemaRegistry } from '../schema/index.js';
import type { EventStore } from '../store/index.js';
import { AggregateSnapshots } from './aggregate-snapshots.js';
import { BackgroundTakes } from './background-takes.js';
import { assertNoHiddenState } from './hidden-state.js';
import { snapshotPolicy, type SnapshotsOptions } from './snapshot-policy.js';
import { SnapshotShapes } from './snapshot-shapes.js';
import type { SnapshotStorage } from './snapshot-storage.js';

/** What the snapshots of one event store are made of. */
export interface SnapshotsParts {
  readonly options: SnapshotsOptions;
  readonly model: DomainModel;
  readonly schemas: SchemaRegistry;
  readonly store: EventStore;
  readonly storage: SnapshotStorage;
  /** Is told what went wrong behind everybody's back. */
  readonly report: (message: string, error: unknown) => void;
}

/** The snapshots of one event store, by aggregate class. */
export class Snapshots {
  readonly background = new BackgroundTakes();
  readonly #parts: SnapshotsParts;
  readonly #ofClasses = new Map<AggregateClass, AggregateSnapshots<AggregateRoot>>();

  constructor(parts: SnapshotsParts) {
    this.#parts = parts;
  }

  /**
   * Begins to take and use the snapshots of a registered aggregate.
   *
   * @returns `undefined` where they are switched off.
   * @throws AggregateDefinitionError when it has state that a snapshot would miss.
   */
  add<A extends AggregateRoot>(aggregateClass: AggregateClass<A>): AggregateSnapshots<A> | undefined {
    const { options, model, schemas, store, storage, report } = this.#parts;
    const policy = snapshotPolicy(readAggregateDefinition(aggregateClass).snapshot, options);
    if (!policy) return undefined;
    assertNoHiddenState(aggregateClass);
    const aggregate = model.aggregate(aggregateClass);
    const shapes = new SnapshotShapes(aggregate, model, schemas);
    const { background } = this;
    const snapshots = new AggregateSnapshots<A>({
      aggregateClass,
      aggregateType: aggregate.name,
      policy,
      shapes,
      storage,
      store,
      background,
      report,
    });
    this.#ofClasses.set(aggregateClass, snapshots);
    return snapshots;
  }

  /** @throws UnregisteredAggregateError; InvalidArgumentError where they are switched off. */
  of(aggregateClass: AggregateClass): AggregateSnapshots<AggregateRoot> {
    this.#parts.model.aggregate(aggregateClass);
    const snapshots = this.#ofClasses.get(aggregateClass);
    if (snapshots) return snapshots;
    throw new InvalidArgumentError(
      `Snapshots of ${aggregateClass.name} are switched off`,
      'Say how often they are taken: @Aggregate({ snapshot: { every: 100 } }), or the option snapshots of the module.',
    );
  }

  /** Those of all classes that have them. */
  get all(): readonly AggregateSnapshots<AggregateRoot>[] {
    return [...this.#ofClasses.values()];
  }

  /** Makes sure that they can be kept, where there are to be any. @throws EventSourcingError saying what to do. */
  async prepare(): Promise<void> {
    if (this.#ofClasses.size > 0) await this.#parts.storage.prepare();
  }

  /** Hands on what went wrong. */
  report(message: string, error: unknown): void {
    this.#parts.report(message, error);
  }
}
