import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The name of the table of side tracks, unless a naming strategy changes it. */
export const PROJECTION_PARKED_EVENT_TABLE = 'projection_parked_event';
const PRIMARY_KEY = 'projection_parked_event_pkey';

/**
 * An event that a durable handler failed at, and behind which the later events of its aggregate wait: a row of
 * `projection_parked_event`.
 *
 * Read it freely; it is written by nestevents alone.
 */
@Entity(PROJECTION_PARKED_EVENT_TABLE)
export class ProjectionParkedEvent {
  @PrimaryColumn({ type: 'text', name: 'handler', primaryKeyConstraintName: PRIMARY_KEY })
  handler!: string;

  /** `live` or `rebuild`, as in `projection_checkpoint`. */
  @PrimaryColumn({ type: 'text', name: 'course', primaryKeyConstraintName: PRIMARY_KEY })
  course!: string;

  @PrimaryColumn({ type: 'text', name: 'aggregate_type', primaryKeyConstraintName: PRIMARY_KEY })
  aggregateType!: string;

  @PrimaryColumn({ type: 'text', name: 'aggregate_id', primaryKeyConstraintName: PRIMARY_KEY })
  aggregateId!: string;

  @Column({ type: 'integer', name: 'partition' })
  partition!: number;

  @Column({ type: 'integer', name: 'aggregate_version' })
  aggregateVersion!: number;

  /** Of the event that is next for this aggregate; decimal text. */
  @Column({ type: 'bigint', name: 'position' })
  position!: string;

  /** Changes with every change of the row; decimal text. */
  @Column({ type: 'bigint', name: 'revision' })
  revision!: string;

  /** When the event first failed, by the database's clock. */
  @Column({ type: 'timestamptz', precision: 3, name: 'since' })
  since!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'next_try' })
  nextTry!: Date;

  /** Tries so far. */
  @Column({ type: 'integer', name: 'attempts' })
  attempts!: number;

  @Column({ type: 'uuid', name: 'event_id' })
  eventId!: string;

  @Column({ type: 'text', name: 'event_type' })
  eventType!: string;

  /** `retrying`; `parked` waits for a person. */
  @Column({ type: 'text', name: 'status' })
  status!: string;

  @Column({ type: 'text', name: 'error', nullable: true })
  error!: string | null;

  @Column({ type: 'text', name: 'stack', nullable: true })
  stack!: string | null;
}
