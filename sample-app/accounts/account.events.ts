import { DomainEvent, Upcast, type EventEnvelope } from 'nestevents';
import type {
  AccountMoneyDepositedData,
  AccountMoneyWithdrawnData,
  AccountOpenedData,
  AccountTransferReceivedData,
  AccountTransferSentData,
} from '../event-types.js';
import { dayOf } from './day.js';

export class AccountOpened extends DomainEvent.of<AccountOpenedData>() {
  /** Accounts that were stored without a first day began when they were stored; Avro alone cannot say so. */
  @Upcast(AccountOpened, { from: 2 })
  static beginWhenStored(
    // In version 2 the currency has a default, so it may be missing.
    { owner, currency = 'EUR' }: Pick<AccountOpenedData, 'owner'> & Partial<AccountOpenedData>,
    { createdAt }: EventEnvelope,
  ): AccountOpenedData {
    return { owner, currency, openedOn: dayOf(createdAt) };
  }
}

// Amounts are decimal text, exact to the cent: a JSON number would be a binary fraction.

export class MoneyDeposited extends DomainEvent.of<AccountMoneyDepositedData>() {}

export class MoneyWithdrawn extends DomainEvent.of<AccountMoneyWithdrawnData>() {}

/** One half of a transfer, on the account the money comes from. */
export class TransferSent extends DomainEvent.of<AccountTransferSentData>() {}

/** The other half, on the account the money goes to. */
export class TransferReceived extends DomainEvent.of<AccountTransferReceivedData>() {}

/** Whatever happens to an account. */
export type AccountEvent = AccountOpened | MoneyDeposited | MoneyWithdrawn | TransferSent | TransferReceived;

/** All classes of {@link AccountEvent}. */
export const ACCOUNT_EVENTS = [
  AccountOpened,
  MoneyDeposited,
  MoneyWithdrawn,
  TransferSent,
  TransferReceived,
] as const;
