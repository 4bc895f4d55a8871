import type {
  AfterQueryEvent,
  EntitySubscriberInterface,
  QueryRunner,
  TransactionCommitEvent,
  TransactionRollbackEvent,
  TransactionStartEvent,
} from 'typeorm';
import type { TransactionOutcome } from '../store/index.js';

interface Waiting {
  readonly outcome: TransactionOutcome;
  /** 1 in the transaction itself, more in its savepoints. */
  depth: number;
}

/**
 * Tells how the transactions of a data source end: one of its subscribers.
 *
 * A savepoint that is released belongs to what surrounds it from then on; one that is rolled back is over. A COMMIT
 * that PostgreSQL answers with ROLLBACK, because an error in the transaction was swallowed, is a rollback.
 */
export class TransactionWatcher implements EntitySubscriberInterface {
  readonly #waiting = new WeakMap<QueryRunner, Waiting[]>();
  readonly #depths = new WeakMap<QueryRunner, number>();

  /** Asks to be told how the transaction (or savepoint) ends in which the runner is now. */
  watch(runner: QueryRunner, outcome: TransactionOutcome): void {
    const waiting = this.#waiting.get(runner) ?? [];
    waiting.push({ outcome, depth: this.#depth(runner) });
    this.#waiting.set(runner, waiting);
  }

  afterTransactionStart({ queryRunner }: TransactionStartEvent): void {
    this.#depths.set(queryRunner, this.#depth(queryRunner) + 1);
  }

  afterQuery({ queryRunner, query, success, rawResults }: AfterQueryEvent): void {
    if (query !== 'COMMIT' || !success || !this.#waiting.has(queryRunner)) return;
    if ((rawResults as { command?: string } | undefined)?.command === 'ROLLBACK')
      this.#rollBack(queryRunner, 1);
  }

  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    const waiting = this.#waiting.get(queryRunner) ?? [];
    if (queryRunner.isTransactionActive) {
      const depth = this.#depth(queryRunner) - 1;
      this.#depths.set(queryRunner, depth);
      for (const each of waiting) each.depth = Math.min(each.depth, depth);
      return;
    }
    this.#forget(queryRunner);
    for (const { outcome } of waiting) outcome.committed();
  }

  // Before, not after: once it is asked for nothing can save the transaction, even if the connection is gone by now.
  beforeTransactionRollback({ queryRunner }: TransactionRollbackEvent): void {
    this.#rollBack(queryRunner, this.#depth(queryRunner));
  }

  afterTransactionRollback({ queryRunner }: TransactionRollbackEvent): void {
    if (queryRunner.isTransactionActive) this.#depths.set(queryRunner, this.#depth(queryRunner) - 1);
    else this.#forget(queryRunner);
  }

  #rollBack(runner: QueryRunner, depth: number): void {
    const waiting = this.#waiting.get(runner) ?? [];
    this.#waiting.set(
      runner,
      waiting.filter((each) => each.depth < depth),
    );
    for (const each of waiting) if (each.depth >= depth) each.outcome.rolledBack();
  }

  #depth(runner: QueryRunner): number {
    return this.#depths.get(runner) ?? 0;
  }

  #forget(runner: QueryRunner): void {
    this.#waiting.delete(runner);
    this.#depths.delete(runner);
  }
}
