import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Currency } from '../../event-types.js';

/** An account as the list of accounts shows it. */
@Entity('account_row')
export class AccountRow {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'account_row_pkey' })
  id!: string;

  @Column({ type: 'text' })
  owner!: string;

  @Column({ type: 'text' })
  currency!: Currency;

  /** Its first day, such as `2026-01-31`. */
  @Column({ type: 'date', name: 'opened_on' })
  openedOn!: string;

  /** Decimal text: a number of JavaScript would be a binary fraction. */
  @Column({ type: 'numeric', precision: 38, scale: 2 })
  balance!: string;

  /** How many of its events are in here. */
  @Column({ type: 'integer' })
  version!: number;
}
