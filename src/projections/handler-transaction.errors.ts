import { EventSourcingError } from '../domain/index.js';

/** Something a durable handler left running used the database after the handler's transaction had ended. */
export class HandlerTransactionEndedError extends EventSourcingError {
  readonly code = 'HANDLER_TRANSACTION_ENDED';

  constructor(options?: ErrorOptions) {
    super(
      'The transaction of the durable handler that began this work has ended, so nothing more can be done in it, and ' +
        'outside of it nothing is. Await everything that the handler begins, and stop when its signal is aborted.',
      options,
    );
  }
}

/** A durable handler tried to begin or to end the transaction that its checkpoint is part of. Nothing was sent. */
export class HandlerTransactionControlError extends EventSourcingError {
  readonly code = 'HANDLER_TRANSACTION_CONTROL';

  constructor(readonly statement: string) {
    super(
      `A durable handler sent ${statement} to the database, but its transaction holds its checkpoint too and is ended ` +
        'by nestevents. Throw to roll back, and use manager.transaction(…) for what is to be rolled back by itself.',
    );
  }
}
