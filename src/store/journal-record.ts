/** An event on its way into the journal: text and numbers only, no class. */
export interface NewRecord {
  readonly eventId: string;
  readonly eventType: string;
  readonly eventVersion: number | null;
  /** The payload, as the text of a JSON object. */
  readonly data: string;
  /** Which values of the payload are of a type JSON has not; see `EncodedPayload.types`. */
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
