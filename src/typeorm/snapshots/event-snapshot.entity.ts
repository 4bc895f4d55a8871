import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The name of the table of snapshots, unless a naming strategy changes it. */
export const EVENT_SNAPSHOT_TABLE = 'event_snapshot';
const PRIMARY_KEY = 'event_snapshot_pkey';

/**
 * The state of an aggregate after one of its events: a row of `event_snapshot`.
 *
 * Rows may be deleted at any time: what they save is the time to replay events.
 */
@Entity(EVENT_SNAPSHOT_TABLE)
export class EventSnapshot {
  @PrimaryColumn({ type: 'text', name: 'aggregate_type', primaryKeyConstraintName: PRIMARY_KEY })
  aggregateType!: string;

  @PrimaryColumn({ type: 'text', name: 'aggregate_id', primaryKeyConstraintName: PRIMARY_KEY })
  aggregateId!: string;

  @PrimaryColumn({ type: 'integer', name: 'aggregate_version', primaryKeyConstraintName: PRIMARY_KEY })
  aggregateVersion!: number;

  /** The `version` of the aggregate's option `snapshot`; other versions are not used. */
  @Column({ type: 'integer', name: 'snapshot_version' })
  snapshotVersion!: number;

  /** The event of that version. */
  @Column({ type: 'uuid', name: 'event_id' })
  eventId!: string;

  /** The latest `create_date` of the events up to it. */
  @Column({ type: 'timestamptz', precision: 3, name: 'until_date' })
  untilDate!: Date;

  /** When it was taken, by the database's clock. */
  @Column({
    type: 'timestamptz',
    precision: 3,
    name: 'create_date',
    default: () => "date_trunc('milliseconds', clock_timestamp())",
  })
  createDate!: Date;

  /** A fingerprint of the code and schemas that folded the events; others are not used. */
  @Column({ type: 'text', name: 'shape' })
  shape!: string;

  /** SHA-256 in hexadecimal of the row, so that damage is found. */
  @Column({ type: 'text', name: 'checksum' })
  checksum!: string;

  /** The state, as devalue writes it: a JSON array. */
  @Column({ type: 'text', name: 'state' })
  state!: string;
}
