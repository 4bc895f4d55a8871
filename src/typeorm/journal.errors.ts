import { EventSourcingError } from '../domain/index.js';

/** The database, or its data source, is not set up for the journal; found at start-up. */
export class JournalNotReadyError extends EventSourcingError {
  readonly code = 'JOURNAL_NOT_READY';

  constructor(problem: string, cure: string, options?: ErrorOptions) {
    super(`${problem}. ${cure}`, options);
  }
}

/** What was passed as `transaction` is none. */
export class InvalidTransactionError extends EventSourcingError {
  readonly code = 'INVALID_TRANSACTION';

  constructor(problem: string) {
    super(
      `${problem}. Pass the EntityManager that dataSource.transaction(async (manager) => …) gives, of the event ` +
        `store's own data source, while the transaction runs.`,
    );
  }
}
