import { Aggregate, AggregateRoot, Apply, DomainEvent } from 'nestevents';

export class AccountOpened extends DomainEvent {
  constructor(readonly owner: string) {
    super();
  }
}

/** An event that moves money; amounts are whole cents. */
abstract class MoneyMoved extends DomainEvent {
  constructor(readonly amount: number) {
    super();
  }
}

export class MoneyDeposited extends MoneyMoved {}

export class MoneyWithdrawn extends MoneyMoved {}

/** One half of a transfer. */
abstract class TransferHalf extends DomainEvent {
  constructor(
    readonly transfer: string,
    readonly amount: number,
  ) {
    super();
  }
}

export class TransferSent extends TransferHalf {}

export class TransferReceived extends TransferHalf {}

/** The events that every handler of the torture follows. */
export const ACCOUNT_EVENTS = [AccountOpened, MoneyDeposited, MoneyWithdrawn, TransferSent, TransferReceived];

/** What an event does to the balance, in cents. */
export function amountOf(event: DomainEvent): number {
  if (event instanceof MoneyDeposited || event instanceof TransferReceived) return event.amount;
  if (event instanceof MoneyWithdrawn || event instanceof TransferSent) return -event.amount;
  return 0;
}

/** A bank account that is never overdrawn. */
@Aggregate()
export class Account extends AggregateRoot {
  balance = 0;

  static open(id: string, owner: string): Account {
    const account = new Account(id);
    account.apply(new AccountOpened(owner));
    return account;
  }

  deposit(amount: number): void {
    this.apply(new MoneyDeposited(amount));
  }

  /** @returns whether there was enough */
  withdraw(amount: number): boolean {
    if (amount > this.balance) return false;
    this.apply(new MoneyWithdrawn(amount));
    return true;
  }

  /** @returns whether there was enough */
  send(transfer: string, to: Account, amount: number): boolean {
    if (amount > this.balance) return false;
    this.apply(new TransferSent(transfer, amount));
    to.apply(new TransferReceived(transfer, amount));
    return true;
  }

  @Apply(...ACCOUNT_EVENTS)
  protected onEvent(event: DomainEvent): void {
    this.balance += amountOf(event);
  }
}
