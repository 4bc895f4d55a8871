import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The name of the table of imports, unless a naming strategy changes it. */
export const EVENT_IMPORT_TABLE = 'event_import';

/**
 * How far an import has come: a row of `event_import`.
 *
 * Read it freely; it is written by nestevents alone. Without its row an import begins anew.
 */
@Entity(EVENT_IMPORT_TABLE)
export class EventImport {
  @PrimaryColumn({ type: 'text', name: 'name', primaryKeyConstraintName: 'event_import_pkey' })
  name!: string;

  /** How many events are stored; decimal text. */
  @Column({ type: 'bigint', name: 'done' })
  done!: string;

  /** Grows whenever somebody takes the import over; who has an older number stores nothing. Decimal text. */
  @Column({ type: 'bigint', name: 'fence' })
  fence!: string;

  /** Until when whoever runs it counts as alive, by the database's clock. */
  @Column({ type: 'timestamptz', precision: 3, name: 'alive_until' })
  aliveUntil!: Date;
}
