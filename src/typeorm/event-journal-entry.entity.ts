import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** The name of the journal's table, unless a naming strategy changes it. */
export const EVENT_JOURNAL_TABLE = 'event_journal';
/** The journal's unique constraint on the place in a stream; its violation is a lost race. */
export const STREAM_CONSTRAINT = 'event_journal_stream_key';
/** The journal's unique constraint on the event's id; its violation is a repeated append. */
export const EVENT_ID_CONSTRAINT = 'event_journal_event_id_key';

/**
 * A row of the journal, `event_journal`; the columns of fixed width stand first, which saves padding.
 *
 * Read it freely; it is written by the event store alone, and the database refuses UPDATE and DELETE. Each row has a
 * payload, as JSON or in Avro, and metadata. No check constraints say so: PostgreSQL reads and plans their expressions
 * anew for every INSERT.
 */
@Entity(EVENT_JOURNAL_TABLE)
@Unique(STREAM_CONSTRAINT, ['aggregateType', 'aggregateId', 'aggregateVersion'])
@Unique(EVENT_ID_CONSTRAINT, ['eventId'])
export class EventJournalEntry {
  /** The place in the whole journal, from a sequence that is drawn in the INSERT itself; decimal text. */
  @PrimaryGeneratedColumn('increment', {
    type: 'bigint',
    name: 'position',
    primaryKeyConstraintName: 'event_journal_pkey',
  })
  position!: string;

  /** When it was stored, by the database's clock. */
  @Column({
    type: 'timestamptz',
    precision: 3,
    name: 'create_date',
    default: () => "date_trunc('milliseconds', clock_timestamp())",
  })
  createDate!: Date;

  @Column({ type: 'integer', name: 'aggregate_version' })
  aggregateVersion!: number;

  /** The version of the schema it was written with, if there was one. */
  @Column({ type: 'integer', name: 'event_version', nullable: true })
  eventVersion!: number | null;

  @Column({ type: 'uuid', name: 'event_id' })
  eventId!: string;

  @Column({ type: 'text', name: 'event_type' })
  eventType!: string;

  @Column({ type: 'text', name: 'aggregate_type' })
  aggregateType!: string;

  @Column({ type: 'text', name: 'aggregate_id' })
  aggregateId!: string;

  /** The payload as JSON; `null` when it is stored in Avro. */
  @Column({ type: 'jsonb', name: 'event_data', nullable: true })
  eventData!: object | null;

  /**
   * What `event_data` or `event_bytes` does not say, by JSON Pointers: of JSON which values are `bigint`, `date` or
   * `bytes`; of Avro which are `bigint`, which fields are `absent` and which one is the `version` of the schema.
   */
  @Column({ type: 'jsonb', name: 'event_data_types', nullable: true })
  eventDataTypes!: Record<string, string> | null;

  /** The metadata; beside a payload in Avro without the ids below, and `null` when there is nothing else. */
  @Column({ type: 'jsonb', name: 'metadata', nullable: true })
  metadata!: object | null;

  /** The payload in Avro, by the schema that `event_schema` keeps; `null` when it is stored as JSON. */
  @Column({ type: 'bytea', name: 'event_bytes', nullable: true })
  eventBytes!: Buffer | null;

  /** The `correlationId` of the metadata, beside a payload in Avro, if it is a UUID. */
  @Column({ type: 'uuid', name: 'correlation_id', nullable: true })
  correlationId!: string | null;

  /** The `causationId` of the metadata, beside a payload in Avro, if it is a UUID. */
  @Column({ type: 'uuid', name: 'causation_id', nullable: true })
  causationId!: string | null;
}
