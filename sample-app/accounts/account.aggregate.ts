import { Big } from 'big.js';
import { Aggregate, AggregateRoot, Apply } from 'nestevents';
import type { Currency } from '../event-types.js';
import {
  AccountOpened,
  MoneyDeposited,
  MoneyWithdrawn,
  TransferReceived,
  TransferSent,
} from './account.events.js';
import { CurrencyMismatchError } from './currency-mismatch.error.js';
import { dayOf } from './day.js';
import { InsufficientFundsError } from './insufficient-funds.error.js';
import { formatMoney } from './money.js';

interface AccountState {
  readonly owner: string;
  readonly currency: Currency;
  readonly openedOn: Date;
  readonly balance: string;
}

/** A bank account: its balance is never below zero. */
@Aggregate()
export class Account extends AggregateRoot {
  owner = '';
  currency: Currency = 'EUR';
  /** The midnight of its first day, in UTC. */
  openedOn = new Date(0);
  balance = new Big(0);

  static open(id: string, owner: string, currency: Currency = 'EUR'): Account {
    const account = new Account(id);
    account.apply(new AccountOpened({ owner, currency, openedOn: dayOf(new Date()) }));
    return account;
  }

  deposit(amount: Big): void {
    this.apply(new MoneyDeposited({ amount: formatMoney(amount) }));
  }

  /** @throws InsufficientFundsError */
  withdraw(amount: Big): void {
    this.assertCovered(amount);
    this.apply(new MoneyWithdrawn({ amount: formatMoney(amount) }));
  }

  /** @throws CurrencyMismatchError; InsufficientFundsError */
  send(transfer: string, to: Account, amount: Big): void {
    if (to.currency !== this.currency) throw new CurrencyMismatchError(this.currency, to.currency);
    this.assertCovered(amount);
    this.apply(new TransferSent({ transfer, to: to.id, amount: formatMoney(amount) }));
  }

  receive(transfer: string, from: Account, amount: Big): void {
    this.apply(new TransferReceived({ transfer, from: from.id, amount: formatMoney(amount) }));
  }

  private assertCovered(amount: Big): void {
    if (this.balance.gte(amount)) return;
    throw new InsufficientFundsError(this.id, formatMoney(this.balance), formatMoney(amount));
  }

  /** Amounts are kept as text, because instances of a class do not come back from a snapshot. */
  override toSnapshot(): AccountState {
    const { owner, currency, openedOn, balance } = this;
    return { owner, currency, openedOn, balance: balance.toFixed() };
  }

  override fromSnapshot({ balance, ...state }: AccountState): void {
    Object.assign(this, state);
    this.balance = new Big(balance);
  }

  @Apply(AccountOpened)
  protected onOpened({ owner, currency, openedOn }: AccountOpened): void {
    this.owner = owner;
    this.currency = currency;
    this.openedOn = openedOn;
  }

  @Apply(MoneyDeposited, TransferReceived)
  protected onIncome({ amount }: MoneyDeposited | TransferReceived): void {
    this.balance = this.balance.plus(amount);
  }

  @Apply(MoneyWithdrawn, TransferSent)
  protected onExpense({ amount }: MoneyWithdrawn | TransferSent): void {
    this.balance = this.balance.minus(amount);
  }
}
