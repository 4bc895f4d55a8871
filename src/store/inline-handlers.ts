import type { DomainEvent } from '../domain/index.js';
import type { Transaction } from './transaction.js';

/** Handlers that take part in the transaction of an append. */
export interface InlineHandlers {
  /** Whether events of one of these stored types are handled so. */
  want(eventTypes: Iterable<string>): boolean;
  /**
   * Appends, and handles what was appended, in one transaction; all of it is stored, or nothing.
   *
   * @param append appends in the transaction that it is given (none where there are none, as in memory), and answers
   * what is to be handled.
   * @param transaction a caller's, to be part of.
   * @throws whatever the append or a handler throws.
   */
  append(
    append: (transaction: Transaction | undefined) => Promise<readonly DomainEvent[]>,
    transaction: Transaction | undefined,
  ): Promise<void>;
}
