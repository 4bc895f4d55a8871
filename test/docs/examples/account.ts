import { Aggregate, AggregateRoot, Apply, DomainEvent } from 'nestevents';

export class AccountOpened extends DomainEvent {
  constructor(readonly owner: string) {
    super();
  }
}

export class MoneyDeposited extends DomainEvent {
  constructor(
    readonly cents: number,
    readonly reason: 'cash' | 'bonus',
  ) {
    super();
  }
}

export class MoneyWithdrawn extends DomainEvent {
  constructor(readonly cents: number) {
    super();
  }
}

@Aggregate()
export class Account extends AggregateRoot {
  cents = 0;
  hasBonus = false;

  static open(id: string, owner: string): Account {
    const account = new Account(id);
    account.apply(new AccountOpened(owner));
    return account;
  }

  deposit(cents: number): void {
    this.apply(new MoneyDeposited(cents, 'cash'));
  }

  withdraw(cents: number): void {
    if (cents > this.cents) throw new Error('there is not enough money');
    this.apply(new MoneyWithdrawn(cents));
  }

  /** Once for each account, however often it is asked for. */
  payBonus(): void {
    if (!this.hasBonus) this.apply(new MoneyDeposited(500, 'bonus'));
  }

  @Apply(AccountOpened)
  protected onOpened(): void {
    // The owner is of no interest to its rules.
  }

  @Apply(MoneyDeposited)
  protected onDeposited({ cents, reason }: MoneyDeposited): void {
    this.cents += cents;
    if (reason === 'bonus') this.hasBonus = true;
  }

  @Apply(MoneyWithdrawn)
  protected onWithdrawn({ cents }: MoneyWithdrawn): void {
    this.cents -= cents;
  }
}
