import { EntityManager, type DataSource, type QueryRunner } from 'typeorm';
import type { Transaction } from '../store/index.js';
import { InvalidTransactionError } from './journal.errors.js';

/** The manager of a transaction that is running. */
export type TransactionManager = EntityManager & { readonly queryRunner: QueryRunner };

/**
 * What a caller passed as its transaction, made sure of.
 *
 * @throws InvalidTransactionError when it is no transaction, has ended, or is one of another data source.
 */
export function callersTransaction(transaction: Transaction, dataSource: DataSource): TransactionManager {
  if (!(transaction instanceof EntityManager)) {
    throw new InvalidTransactionError('The transaction given is no EntityManager');
  }
  if (transaction.dataSource !== dataSource) {
    throw new InvalidTransactionError('The transaction given is one of another data source');
  }
  if (!transaction.queryRunner?.isTransactionActive) {
    throw new InvalidTransactionError('The EntityManager given is in no transaction');
  }
  return transaction as TransactionManager;
}
