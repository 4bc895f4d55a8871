/** Runs SQL: a data source, a query runner, or the manager of a transaction. */
export interface Sql {
  query<T>(sql: string, parameters?: unknown[]): Promise<T>;
}

/** A statement with its parameters. */
export interface Statement {
  readonly text: string;
  readonly parameters: unknown[];
}
