/** A transaction of the caller's own, such as TypeORM's `EntityManager` inside `dataSource.transaction(…)`. */
export interface Transaction {
  readonly queryRunner?: { readonly isTransactionActive: boolean };
}

/** Called once, when the fate of a caller's transaction is known. */
export interface TransactionOutcome {
  committed(): void;
  rolledBack(): void;
}
