/** An event on its way into the journal: text, numbers and bytes only, no class. */
export interface NewRecord {
  readonly eventId: string;
  readonly eventType: string;
  readonly eventVersion: number | null;
  /** The payload: the text of a JSON object, or Avro by the schema of its type and version. */
  readonly data: string | Buffer;
  /** What `data` does not say; see `EncodedPayload.types` and `BinaryPayload.types`. */
  readonly dataTypes: string | null;
  /** The metadata, as the text of a JSON object. */
  readonly metadata: string;
}

/** An event as the journal keeps it. */
export interface JournalRecord extends NewRecord {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly position: bigint;
  readonly createdAt: Date;
}
