import type { Transaction } from './transaction.js';

/** A version of an event's schema as it was used to write. */
export interface WrittenSchema {
  readonly eventType: string;
  readonly eventVersion: number;
  readonly aggregateType: string;
  /** SHA-256 in hexadecimal of what the schema means; see `EventSchema.fingerprint`. */
  readonly fingerprint: string;
  /** The schema as JSON, with every reference resolved. */
  readonly definition: unknown;
}

/** Keeps every schema version that was ever used to write; what it holds never changes. */
export interface SchemaArchive {
  /** All that is kept of these event types, in no particular order. */
  find(eventTypes: readonly string[]): Promise<readonly WrittenSchema[]>;
  /**
   * Keeps schemas that are not kept yet; those that are stay as they are. Several processes may do so at once: all are
   * answered what the first of them kept.
   *
   * @param transaction of the caller's; what it keeps goes with it when it is rolled back, and until it ends everybody
   * else who keeps the same versions waits for it.
   * @returns for each given schema what is kept of its event type and version, in the order given.
   * @throws StaleSnapshotError when somebody else kept one where the caller's transaction cannot see it.
   */
  keep(schemas: readonly WrittenSchema[], transaction?: Transaction): Promise<readonly WrittenSchema[]>;
}
