import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource } from 'typeorm';
import type { JoinedTransaction } from './joined-transaction.js';
import type { Turns } from './turns.js';

/** The transaction that the running code takes part in, through its repositories. */
export interface Join {
  readonly transaction: JoinedTransaction;
  /** The tables that stand for others while it runs, by the path of the others as TypeORM has it. */
  readonly shadows: ReadonlyMap<string, string>;
  /** Among whom the running code takes turns on the connection. */
  readonly turns: Turns;
  /** Sends what only the owner of the transaction may send, such as COMMIT. */
  readonly control: boolean;
  /** The join around it, which may be of another data source. */
  readonly outer: Join | undefined;
}

const joins = new AsyncLocalStorage<Join | undefined>();

/** The innermost join of a data source in which the running code is. */
export function joinOf(dataSource: DataSource): Join | undefined {
  for (let join = joins.getStore(); join; join = join.outer) {
    if (join.transaction.dataSource === dataSource) return join;
  }
  return undefined;
}

/** Runs code as part of a transaction. */
export function inJoin<T>(join: Omit<Join, 'outer'>, work: () => T): T {
  return joins.run({ ...join, outer: joins.getStore() }, work);
}

/** Runs code as if it were in no join. */
export function outsideOfJoins<T>(work: () => T): T {
  return joins.run(undefined, work);
}
