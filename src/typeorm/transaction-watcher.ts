import type {
  AfterQueryEvent,
  EntitySubscriberInterface,
  QueryRunner,
  TransactionRollbackEvent,
} from 'typeorm';
import type { TransactionOutcome } from '../store/index.js';
import { readTransactionStatement } from './transaction-statement.js';

interface Waiting {
  readonly outcome: TransactionOutcome;
  /** How many savepoints it stands behind. */
  depth: number;
}

interface OpenTransaction {
  /** The names of the savepoints, the newest last. */
  readonly savepoints: string[];
  waiting: Waiting[];
}

/**
 * Tells how the transactions of a data source end: one of its subscribers.
 *
 * It looks at the statements themselves, so that it does not matter who sends them: TypeORM, or the application as
 * SQL. A savepoint that is released belongs to what surrounds it from then on; one that is rolled back is over. A
 * COMMIT that PostgreSQL answers with ROLLBACK, because an error in the transaction was swallowed, is a rollback.
 */
export class TransactionWatcher implements EntitySubscriberInterface {
  readonly #transactions = new WeakMap<QueryRunner, OpenTransaction>();

  /** Asks to be told how the transaction (or savepoint) ends in which the runner is now. */
  watch(runner: QueryRunner, outcome: TransactionOutcome): void {
    const { waiting, savepoints } = this.#transaction(runner);
    waiting.push({ outcome, depth: savepoints.length });
  }

  afterQuery({ queryRunner, query, success, rawResults }: AfterQueryEvent): void {
    const statement = readTransactionStatement(query);
    switch (statement?.kind) {
      case undefined:
        return;
      case 'begin':
        if (success) this.#transaction(queryRunner);
        return;
      case 'savepoint':
        if (success) this.#transaction(queryRunner).savepoints.push(statement.name);
        return;
      case 'release':
        if (success) release(this.#transaction(queryRunner), statement.name);
        return;
      case 'rollbackTo':
        if (success) rollBackTo(this.#transaction(queryRunner), statement.name);
        return;
      case 'commit':
        this.#end(
          queryRunner,
          success && (rawResults as { command?: string } | undefined)?.command === 'COMMIT',
        );
        return;
      case 'rollback':
      case 'prepare':
        // What is prepared may be committed by anybody, any time; this process will not know.
        this.#end(queryRunner, false);
    }
  }

  beforeTransactionRollback({ queryRunner }: TransactionRollbackEvent): void {
    // The connection broke: there will be no statement any more, and the transaction is over.
    if (queryRunner.isReleased) this.#end(queryRunner, false);
  }

  #transaction(runner: QueryRunner): OpenTransaction {
    let transaction = this.#transactions.get(runner);
    if (!transaction) this.#transactions.set(runner, (transaction = { savepoints: [], waiting: [] }));
    return transaction;
  }

  #end(runner: QueryRunner, committed: boolean): void {
    const waiting = this.#transactions.get(runner)?.waiting ?? [];
    this.#transactions.delete(runner);
    for (const { outcome } of waiting) {
      if (committed) outcome.committed();
      else outcome.rolledBack();
    }
  }
}

function release({ savepoints, waiting }: OpenTransaction, name: string): void {
  const index = savepoints.lastIndexOf(name);
  if (index < 0) return;
  savepoints.length = index;
  for (const each of waiting) each.depth = Math.min(each.depth, index);
}

function rollBackTo(transaction: OpenTransaction, name: string): void {
  const index = transaction.savepoints.lastIndexOf(name);
  if (index < 0) return;
  // The savepoint itself stays.
  transaction.savepoints.length = index + 1;
  const lost = transaction.waiting.filter(({ depth }) => depth > index);
  transaction.waiting = transaction.waiting.filter(({ depth }) => depth <= index);
  for (const { outcome } of lost) outcome.rolledBack();
}
