import { createHash } from 'node:crypto';
import { QueryFailedError, type DataSource, type QueryRunner } from 'typeorm';
import {
  SeparateConnections,
  type Connections,
  type NamedStatement,
  type PoolClient,
} from './connections.js';
import type { Sql } from './sql.js';
import { TransactionWatcher } from './transaction-watcher.js';

/** A row as the texts of its columns, as PostgreSQL writes them. */
export type TextRow = readonly (string | null)[];

/** Rows as lists, in which everything is as it comes, whatever parsers the driver has. */
const AS_TEXTS = { rowMode: 'array', types: { getTypeParser: () => (text: string) => text } } as const;

/** By text. */
type Statements = Map<string, NamedStatement>;
const named: Statements = new Map();
const namedTexts: Statements = new Map();
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
  /** @param connections of the data source. */
  constructor(
    private readonly dataSource: DataSource,
    private readonly connections: Connections = new SeparateConnections(dataSource),
  ) {}

  /** @throws QueryFailedError */
  async query<Rows>(text: string, parameters: unknown[] = []): Promise<Rows> {
    if (!this.isPossible) return this.dataSource.query(text, parameters);
    try {
      return await this.#send<Rows>(statementOf(text, named), parameters);
    } catch (error) {
      if (!isUnprepared(error)) throw error;
      return this.dataSource.query(text, parameters);
    }
  }

  /** As {@link query}, where it {@link isPossible}; it answers the texts of the columns. @throws QueryFailedError */
  async texts(text: string, parameters: unknown[]): Promise<readonly TextRow[]> {
    try {
      return await this.#send(statementOf(text, namedTexts, AS_TEXTS), parameters);
    } catch (error) {
      if (!isUnprepared(error)) throw error;
      return this.#send({ text, ...AS_TEXTS }, parameters);
    }
  }

  /** Whether statements are sent by name: connections keep them, and no subscriber is to be shown them. */
  get isPossible(): boolean {
    return !pooled.has(this.dataSource) && !isWatched(this.dataSource);
  }

  #send<Rows>(statement: NamedStatement, values: unknown[]): Promise<Rows> {
    return this.connections.use((client, runner) => send<Rows>(client, runner, statement, values));
  }
}

/**
 * Sends a statement by name on the connection of a query runner, for few different texts.
 *
 * In a transaction, where it cannot be sent again, one that the connection does not know after all fails: see
 * {@link isUnprepared}. The next ones have no name.
 *
 * @throws QueryFailedError
 */
export async function sendByName<Rows>(
  client: PoolClient,
  runner: QueryRunner,
  text: string,
  values: unknown[],
): Promise<Rows> {
  return send(client, runner, pooled.has(runner.dataSource) ? { text } : statementOf(text, named), values);
}

/** As TypeORM does, which knows of no names. */
async function send<Rows>(
  client: PoolClient,
  runner: QueryRunner,
  statement: NamedStatement,
  values: unknown[],
): Promise<Rows> {
  const { text } = statement;
  const { dataSource } = runner;
  const { logger, options } = dataSource;
  logger.logQuery(text, values, runner);
  const begun = Date.now();
  try {
    const { rows } = await client.query(statement, values);
    const took = Date.now() - begun;
    const { maxQueryExecutionTime } = options;
    if (maxQueryExecutionTime && took > maxQueryExecutionTime)
      logger.logQuerySlow(took, text, values, runner);
    return rows as Rows;
  } catch (cause) {
    logger.logQueryError(cause as Error, text, values, runner);
    const error = new QueryFailedError(text, values, cause as Error);
    if (isUnprepared(error)) pooled.add(dataSource);
    throw error;
  }
}

/** The same has the same name everywhere: a pooler may give a connection to another process. */
function statementOf(text: string, known: Statements, how?: typeof AS_TEXTS): NamedStatement {
  let statement = known.get(text);
  if (!statement) {
    const name = `nestevents_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    // Inherited, because the driver copies what is a statement's own for each query, at a microsecond each.
    statement = Object.create({ name, text, ...how }) as NamedStatement;
    known.set(text, statement);
  }
  return statement;
}

/** Whether subscribers of the application's look at queries, which TypeORM shows them. */
export function isWatched({ subscribers }: DataSource): boolean {
  return subscribers.some(
    (each) => ('beforeQuery' in each || 'afterQuery' in each) && !(each instanceof TransactionWatcher),
  );
}

/**
 * Whether a statement failed because there is no prepared one of its name, or another one, or one of a table that has
 * changed since: without a name it works.
 */
export function isUnprepared(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const { code } = error.driverError as { code?: string };
  return code === '26000' || code === '42P05' || code === '0A000';
}
