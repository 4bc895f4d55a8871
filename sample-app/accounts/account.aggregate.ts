import { Big } from 'big.js';
import { Aggregate, AggregateRoot, Apply } from 'nestevents';
import {
  AccountOpened,
  MoneyDeposited,
  MoneyWithdrawn,
  TransferReceived,
  TransferSent,
} from './account.events.js';
import { InsufficientFundsError } from './insufficient-funds.error.js';
import { formatMoney } from './money.js';

/** A bank account: its balance is never below zero. */
@Aggregate()
export class Account extends AggregateRoot {
  owner = '';
  balance = new Big(0);

  static open(id: string, owner: string): Account {
    const account = new Account(id);
    account.apply(new AccountOpened(owner));
    return account;
  }

  deposit(amount: Big): void {
    this.apply(new MoneyDeposited(formatMoney(amount)));
  }

  /** @throws InsufficientFundsError */
  withdraw(amount: Big): void {
    this.assertCovered(amount);
    this.apply(new MoneyWithdrawn(formatMoney(amount)));
  }

  /** @throws InsufficientFundsError */
  send(transfer: string, to: Account, amount: Big): void {
    this.assertCovered(amount);
    this.apply(new TransferSent(transfer, to.id, formatMoney(amount)));
  }

  receive(transfer: string, from: Account, amount: Big): void {
    this.apply(new TransferReceived(transfer, from.id, formatMoney(amount)));
  }

  private assertCovered(amount: Big): void {
    if (this.balance.gte(amount)) return;
    throw new InsufficientFundsError(this.id, formatMoney(this.balance), formatMoney(amount));
  }

  @Apply(AccountOpened)
  protected onOpened(event: AccountOpened): void {
    this.owner = event.owner;
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
