import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** What a projection keeps of an account; none of it survives an event that is doubled, missed or out of order. */
export abstract class AccountFigures {
  @PrimaryColumn('text')
  account!: string;

  /** In cents. */
  @Column('bigint')
  balance!: string;

  @Column('int')
  events!: number;

  /** A chain of MD5 over the ids of the events. */
  @Column('text')
  digest!: string;
}

@Entity('torture_balance')
export class BalanceFigures extends AccountFigures {}

@Entity('torture_divided')
export class DividedFigures extends AccountFigures {}

@Entity('torture_failing')
export class FailingFigures extends AccountFigures {}

@Entity('torture_beside')
export class BesideFigures extends AccountFigures {}

@Entity('torture_inline')
export class InlineFigures extends AccountFigures {}

/** A row for each event, of the projection that handles many at once. */
@Entity('torture_ledger')
export class LedgerEntry {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' })
  id!: string;

  @Column('uuid')
  eventId!: string;

  @Column('text')
  account!: string;

  /** In cents; below 0 when it was taken out. */
  @Column('int')
  amount!: number;
}

/** A row for each time that the subscription was given an event. */
@Entity('torture_sighting')
export class Sighting {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' })
  id!: string;

  @Column('uuid')
  eventId!: string;
}

/** The tables that are compared with the journal. */
export const READ_MODELS = [
  BalanceFigures,
  DividedFigures,
  FailingFigures,
  BesideFigures,
  InlineFigures,
  LedgerEntry,
  Sighting,
];
