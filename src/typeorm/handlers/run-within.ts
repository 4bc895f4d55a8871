import type { DataSource, QueryRunner } from 'typeorm';
import { JoinedTransaction } from './joined-transaction.js';

/**
 * Runs work as a part of somebody else's transaction: in a savepoint, which is rolled back if the work fails.
 *
 * @throws whatever the work throws, or what the database says.
 */
export async function runWithin<T>(
  dataSource: DataSource,
  runner: QueryRunner,
  work: (transaction: JoinedTransaction) => Promise<T>,
): Promise<T> {
  const transaction = new JoinedTransaction(dataSource, runner);
  try {
    await transaction.asOwner(() => runner.startTransaction());
    const result = await work(transaction);
    await transaction.end();
    if (transaction.failure !== undefined) throw transaction.failure;
    await transaction.commit();
    return result;
  } catch (error) {
    await transaction.end();
    await transaction.asOwner(() => runner.rollbackTransaction());
    throw transaction.causeOf(error);
  } finally {
    transaction.release();
  }
}
