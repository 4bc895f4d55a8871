import { DomainEvent } from 'nestevents';

export class AccountOpened extends DomainEvent {
  constructor(readonly owner: string) {
    super();
  }
}

// Amounts are decimal text, exact to the cent: a JSON number would be a binary fraction.

export class MoneyDeposited extends DomainEvent {
  constructor(readonly amount: string) {
    super();
  }
}

export class MoneyWithdrawn extends DomainEvent {
  constructor(readonly amount: string) {
    super();
  }
}

/** One half of a transfer, on the account the money comes from. */
export class TransferSent extends DomainEvent {
  constructor(
    readonly transfer: string,
    readonly to: string,
    readonly amount: string,
  ) {
    super();
  }
}

/** The other half, on the account the money goes to. */
export class TransferReceived extends DomainEvent {
  constructor(
    readonly transfer: string,
    readonly from: string,
    readonly amount: string,
  ) {
    super();
  }
}
