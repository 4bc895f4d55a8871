import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The name of the table of checkpoints, unless a naming strategy changes it. */
export const PROJECTION_CHECKPOINT_TABLE = 'projection_checkpoint';
const PRIMARY_KEY = 'projection_checkpoint_pkey';

/**
 * Where a part of a durable handler stands, and who works on it: a row of `projection_checkpoint`.
 *
 * Read it freely; it is written by nestevents alone.
 */
@Entity(PROJECTION_CHECKPOINT_TABLE)
export class ProjectionCheckpoint {
  @PrimaryColumn({ type: 'text', name: 'handler', primaryKeyConstraintName: PRIMARY_KEY })
  handler!: string;

  /** `live` serves; `rebuild` is the rebuild that goes on beside it. */
  @PrimaryColumn({ type: 'text', name: 'course', primaryKeyConstraintName: PRIMARY_KEY })
  course!: string;

  /** From 0. */
  @PrimaryColumn({ type: 'integer', name: 'partition', primaryKeyConstraintName: PRIMARY_KEY })
  partition!: number;

  @Column({ type: 'integer', name: 'partitions' })
  partitions!: number;

  @Column({ type: 'integer', name: 'version' })
  version!: number;

  @Column({ type: 'boolean', name: 'paused' })
  paused!: boolean;

  /** Every event up to here has been handled, or stands in `projection_parked_event`; decimal text. */
  @Column({ type: 'bigint', name: 'position' })
  position!: string;

  /** The events handled since it began, or since its last rebuild; decimal text. */
  @Column({ type: 'bigint', name: 'handled' })
  handled!: string;

  /** Grows with every change of the owner; decimal text. */
  @Column({ type: 'bigint', name: 'fence' })
  fence!: string;

  @Column({ type: 'bigint', name: 'rebuild_until', nullable: true })
  rebuildUntil!: string | null;

  @Column({ type: 'bigint', name: 'rebuild_total', nullable: true })
  rebuildTotal!: string | null;

  @Column({
    type: 'timestamptz',
    precision: 3,
    name: 'started_at',
    default: () => "date_trunc('milliseconds', clock_timestamp())",
  })
  startedAt!: Date;

  /** Until when the owner's work is its own, by the database's clock. */
  @Column({ type: 'timestamptz', precision: 3, name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column({ type: 'text', name: 'kind' })
  kind!: string;

  /** The instance that works on it, or did so last. */
  @Column({ type: 'text', name: 'owner', nullable: true })
  owner!: string | null;

  /** What earlier divisions into partitions had done. */
  @Column({ type: 'jsonb', name: 'done', nullable: true })
  done!: unknown;
}
