import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The name of the table of instances, unless a naming strategy changes it. */
export const PROJECTION_INSTANCE_TABLE = 'projection_instance';

/**
 * An instance of the application that runs durable handlers: a row of `projection_instance`.
 *
 * Read it freely; it is written by nestevents alone.
 */
@Entity(PROJECTION_INSTANCE_TABLE)
export class ProjectionInstance {
  @PrimaryColumn({ type: 'text', name: 'id', primaryKeyConstraintName: 'projection_instance_pkey' })
  id!: string;

  /** When it was last heard of, by the database's clock. */
  @Column({ type: 'timestamptz', precision: 3, name: 'last_seen' })
  lastSeen!: Date;

  /** It counts as gone when it has not been heard of until then. */
  @Column({ type: 'timestamptz', precision: 3, name: 'alive_until' })
  aliveUntil!: Date;

  /** The handlers that it could run. */
  @Column({ type: 'jsonb', name: 'handlers' })
  handlers!: string[];
}
