import { EventSourcingError } from '../domain/index.js';

/** The state of an aggregate holds what a snapshot cannot keep. No snapshot was taken. */
export class SnapshotStateError extends EventSourcingError {
  readonly code = 'SNAPSHOT_STATE';

  /** @param path the way to the value from the state, such as `.items[3].price`. */
  constructor(
    readonly aggregateClass: string,
    readonly aggregateId: string,
    readonly path: string,
    what: string,
    options?: ErrorOptions,
  ) {
    super(
      `The state of ${aggregateClass} ${JSON.stringify(aggregateId)} cannot be kept in a snapshot: ` +
        `${path === '' ? 'it' : path} is ${what}. Give ${aggregateClass} the methods toSnapshot(), which answers plain ` +
        `data, and fromSnapshot(state), which takes it over; or switch snapshots of it off.`,
      options,
    );
  }
}
