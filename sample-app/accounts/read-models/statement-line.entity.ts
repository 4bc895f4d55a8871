import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Movement } from './movement.js';

/** A line of an account's statement. */
@Entity('statement_line')
export class StatementLine {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'statement_line_pkey' })
  account!: string;

  /** The version of the account after it: its place in the statement, from 1. */
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'statement_line_pkey' })
  version!: number;

  @Column({ type: 'timestamptz', name: 'booked_at' })
  bookedAt!: Date;

  @Column({ type: 'text' })
  movement!: Movement;

  /** Decimal text; less than zero where money left the account. */
  @Column({ type: 'numeric', precision: 38, scale: 2 })
  amount!: string;

  /** Decimal text: the balance after it. */
  @Column({ type: 'numeric', precision: 38, scale: 2 })
  balance!: string;

  /** The other account of a transfer. */
  @Column({ type: 'uuid', nullable: true })
  counterpart!: string | null;
}
