import { InvalidArgumentError } from '../domain/index.js';
import type { Transaction } from './transaction.js';

/** Refuses a transaction of the caller's where things are kept in memory. @throws InvalidArgumentError */
export function refuseTransaction(transaction: Transaction | undefined): void {
  if (!transaction) return;
  throw new InvalidArgumentError(
    'The in-memory event store was given a transaction',
    'It has none: test what depends on one against PostgreSQL.',
  );
}
