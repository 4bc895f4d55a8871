import { createHash } from 'node:crypto';
import { QueryFailedError, type DataSource, type QueryRunner } from 'typeorm';
import { outsideOfJoins } from './handlers/join.js';
import type { Sql } from './sql.js';
import { TransactionWatcher } from './transaction-watcher.js';

/** What a connection of the pool can do. */
interface PoolClient {
  query(statement: {
    readonly name: string;
    readonly text: string;
    readonly values: readonly unknown[];
  }): Promise<{ readonly rows: unknown }>;
}

/** By text. The same has the same name everywhere: a pooler may give a connection to another process. */
const names = new Map<string, string>();
/** Data sources behind a pooler that gives statements to connections which have not prepared them. */
const pooled = new WeakSet<DataSource>();

/**
 * Sends statements on connections of the pool, each outside of any transaction, by name: a connection parses and plans
 * it once. For few different texts, as a connection keeps them all.
 *
 * A pooler that gives a connection away after each transaction may not know them, or may have them twice. The statement
 * is then sent again without a name, as it has done nothing, and so are all others from then on.
 */
export class PreparedSql implements Sql {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws QueryFailedError */
  async query<Rows>(text: string, parameters: unknown[] = []): Promise<Rows> {
    if (pooled.has(this.dataSource) || isWatched(this.dataSource))
      return this.dataSource.query(text, parameters);
    try {
      return await this.#send<Rows>(text, parameters);
    } catch (error) {
      if (!isUnprepared(error)) throw error;
      pooled.add(this.dataSource);
      return this.dataSource.query(text, parameters);
    }
  }

  /** As TypeORM does, which knows of no names. */
  async #send<Rows>(text: string, values: unknown[]): Promise<Rows> {
    const { logger, options } = this.dataSource;
    const runner: QueryRunner = outsideOfJoins(() => this.dataSource.createQueryRunner());
    try {
      const client = (await runner.connect()) as PoolClient;
      logger.logQuery(text, values, runner);
      const begun = Date.now();
      try {
        const { rows } = await client.query({ name: nameOf(text), text, values });
        const took = Date.now() - begun;
        const { maxQueryExecutionTime } = options;
        if (maxQueryExecutionTime && took > maxQueryExecutionTime)
          logger.logQuerySlow(took, text, values, runner);
        return rows as Rows;
      } catch (error) {
        logger.logQueryError(error as Error, text, values, runner);
        throw new QueryFailedError(text, values, error as Error);
      }
    } finally {
      await runner.release();
    }
  }
}

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = `nestevents_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    names.set(text, name);
  }
  return name;
}

/** Whether subscribers of the application's look at queries, which TypeORM shows them. */
function isWatched({ subscribers }: DataSource): boolean {
  return subscribers.some(
    (each) => ('beforeQuery' in each || 'afterQuery' in each) && !(each instanceof TransactionWatcher),
  );
}

/** Whether there is no prepared statement of the name, or another one. */
function isUnprepared(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const { code } = error.driverError as { code?: string };
  return code === '26000' || code === '42P05';
}
