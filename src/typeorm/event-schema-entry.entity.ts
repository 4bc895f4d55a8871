import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The name of the table of schemas, unless a naming strategy changes it. */
export const EVENT_SCHEMA_TABLE = 'event_schema';
const PRIMARY_KEY = 'event_schema_pkey';

/**
 * A version of an event's schema that was used to write: a row of `event_schema`.
 *
 * Read it freely; it is written by nestevents alone, and the database refuses UPDATE and DELETE.
 */
@Entity(EVENT_SCHEMA_TABLE)
export class EventSchemaEntry {
  @PrimaryColumn({ type: 'text', name: 'event_type', primaryKeyConstraintName: PRIMARY_KEY })
  eventType!: string;

  @PrimaryColumn({ type: 'integer', name: 'event_version', primaryKeyConstraintName: PRIMARY_KEY })
  eventVersion!: number;

  @Column({ type: 'text', name: 'aggregate_type' })
  aggregateType!: string;

  /** SHA-256 in hexadecimal of what the schema means: docs and layout do not count. */
  @Column({ type: 'text', name: 'fingerprint' })
  fingerprint!: string;

  /** The schema with every reference resolved; `json`, because `jsonb` has no U+0000, which defaults of bytes hold. */
  @Column({ type: 'json', name: 'definition' })
  definition!: unknown;

  /** The versions below it that `@Upcast` steps take. A step that was added later is not among them. */
  @Column({ type: 'json', name: 'upcast_from', default: [] })
  upcastFrom!: number[];

  /** When it was first used to write, by the database's clock. */
  @Column({
    type: 'timestamptz',
    precision: 3,
    name: 'create_date',
    default: () => "date_trunc('milliseconds', clock_timestamp())",
  })
  createDate!: Date;
}
