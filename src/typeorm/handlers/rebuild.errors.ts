import { EventSourcingError } from '../../domain/index.js';

/** A table cannot be rebuilt beside the one that serves, because rows of another table refer to it. */
export class RebuildRefusedError extends EventSourcingError {
  readonly code = 'REBUILD_REFUSED';

  /** @param constraint the foreign key that stands in the way. */
  constructor(
    readonly table: string,
    readonly referrer: string,
    readonly constraint: string,
  ) {
    super(
      `The table ${table} cannot be rebuilt beside itself: its rows are exchanged at the end, and the foreign key ` +
        `${constraint} of ${referrer} refers to them. Name the entity of ${referrer} among those that are rebuilt, ` +
        'remove the foreign key (or make it DEFERRABLE without ON DELETE), or rebuild in place.',
    );
  }
}
