import { EventSourcingError } from '../domain/index.js';
import type { WrittenSchema } from './schema-archive.js';

/** Somebody else kept a schema where a transaction, whose snapshot is older, cannot see it. Nothing was kept. */
export class StaleSnapshotError extends EventSourcingError {
  readonly code = 'STALE_SNAPSHOT';
  /** The schemas that were to be kept, such as `todo_created v1`; one of them at least is kept already. */
  readonly schemas: readonly string[];

  constructor(schemas: readonly WrittenSchema[], options?: ErrorOptions) {
    const names = schemas.map(({ eventType, eventVersion }) => `${eventType} v${eventVersion}`);
    super(
      `Somebody else kept one of the schemas ${names.join(', ')} after this transaction took its snapshot, so that ` +
        `it cannot see which. Nothing was kept: run the whole transaction again.`,
      options,
    );
    this.schemas = names;
  }
}
