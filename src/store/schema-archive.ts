/** A version of an event's schema as it was used to write. */
export interface WrittenSchema {
  readonly eventType: string;
  readonly eventVersion: number;
  readonly aggregateType: string;
  /** SHA-256 in hexadecimal of what the schema means; see `EventSchema.fingerprint`. */
  readonly fingerprint: string;
  /** The schema as JSON, with every reference resolved. */
  readonly definition: unknown;
  /** The versions below it that hand-written steps take, for readers that do not have these steps. */
  readonly upcastFrom: readonly number[];
}

/** Keeps every schema version that was ever used to write; what it holds never changes. */
export interface SchemaArchive {
  /** All that is kept of these event types, in no particular order. */
  find(eventTypes: readonly string[]): Promise<readonly WrittenSchema[]>;
  /**
   * Keeps schemas that are not kept yet; those that are stay as they are. Several processes may do so at once: all are
   * answered what the first of them kept.
   *
   * It takes part in no transaction: what it keeps is kept for good when it resolves, and nobody waits for it longer
   * than that.
   *
   * @param options.apart whether to use no connection of the application's pool, whose last one the caller may hold.
   * @default false
   * @returns for each given schema what is kept of its event type and version, in the order given.
   */
  keep(
    schemas: readonly WrittenSchema[],
    options?: { readonly apart?: boolean },
  ): Promise<readonly WrittenSchema[]>;
}
