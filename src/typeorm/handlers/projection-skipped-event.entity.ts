import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The name of the table of skipped events, unless a naming strategy changes it. */
export const PROJECTION_SKIPPED_EVENT_TABLE = 'projection_skipped_event';
const PRIMARY_KEY = 'projection_skipped_event_pkey';

/**
 * An event that a person gave up for a durable handler: a row of `projection_skipped_event`.
 *
 * Read it freely; it is written by nestevents alone.
 */
@Entity(PROJECTION_SKIPPED_EVENT_TABLE)
export class ProjectionSkippedEvent {
  @PrimaryColumn({ type: 'text', name: 'handler', primaryKeyConstraintName: PRIMARY_KEY })
  handler!: string;

  @PrimaryColumn({ type: 'uuid', name: 'event_id', primaryKeyConstraintName: PRIMARY_KEY })
  eventId!: string;

  /** Decimal text. */
  @Column({ type: 'bigint', name: 'position' })
  position!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'skipped_at' })
  skippedAt!: Date;

  @Column({ type: 'text', name: 'aggregate_type' })
  aggregateType!: string;

  @Column({ type: 'text', name: 'aggregate_id' })
  aggregateId!: string;

  /** Why, as the person said. */
  @Column({ type: 'text', name: 'reason' })
  reason!: string;

  /** What the handler last threw at it. */
  @Column({ type: 'text', name: 'error', nullable: true })
  error!: string | null;
}
