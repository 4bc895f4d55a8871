import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { unlessAborted } from '../../store/index.js';
import type { PoolClient } from '../connections.js';
import { isUnprepared } from '../prepared-sql.js';
import { outsideOfJoins } from './join.js';
import { makeJoinable } from './joined-data-source.js';
import { JoinedTransaction } from './joined-transaction.js';

/** How long an abandoned transaction may take to be rolled back before its connection is thrown away, in milliseconds. */
const GRACE = 1000;
const LONGEST = 2 ** 31 - 1;
/** A process that was frozen, or is gone without a word, must not keep its locks for ever, in milliseconds. */
const LONGEST_PAUSE = 10_000;

/** How a transaction begins and is bounded. */
export interface TransactionBounds {
  /** What its first statement finds out by the way, for the work. */
  readonly opening?: Opening;

  /** After how many milliseconds the database ends a statement. @default never */
  readonly timeout?: number;
  /** After how many milliseconds without a statement it ends the transaction. @default `timeout`, else 10_000 */
  readonly pause?: number;
  /** Gives the work up: the transaction is rolled back whether the work ends or not. */
  readonly signal?: AbortSignal;
}

/** Columns of a transaction's first statement. */
export interface Opening {
  readonly columns: string;
  readonly parameters: readonly unknown[];
}

/** What the first statement of a transaction answers. */
interface OpeningRow {
  /** The process of the server that works for the connection. */
  readonly process: number;
  readonly isolation: string;
}

/** Those that begin their transactions in another isolation than READ COMMITTED, unless they are told to. */
const strict = new WeakSet<DataSource>();

interface Connection extends PoolClient {
  on(event: 'error', listener: (error: Error) => void): void;
  removeListener(event: 'error', listener: (error: Error) => void): void;
  end(): Promise<void>;
}

/**
 * Runs work in a transaction on a connection of its own, whatever transaction the caller is in.
 *
 * It is READ COMMITTED whatever the data source prefers: in a snapshot, the heartbeat of the lease that the work is
 * done under would make every checkpoint a serialization failure.
 *
 * @throws whatever the work throws, the signal's reason, or what the database says.
 */
export async function runTransaction<T>(
  dataSource: DataSource,
  work: (transaction: JoinedTransaction, opening: object) => Promise<T>,
  bounds: TransactionBounds = {},
): Promise<T> {
  const { signal } = bounds;
  signal?.throwIfAborted();
  makeJoinable(dataSource);
  const runner = outsideOfJoins(() => dataSource.createQueryRunner());
  const connecting = runner.connect() as Promise<Connection>;
  const connection = await unlessAborted(connecting, signal).catch((error: unknown) => {
    connecting.then(
      () => runner.release(),
      () => undefined,
    );
    throw error;
  });
  const transaction = new JoinedTransaction(dataSource, runner, connection);
  const onBroken = (error: Error) => transaction.fail(error);
  connection.on('error', onBroken);
  // Whoever releases the runner before its time must not give away a connection with an open transaction.
  const release = runner.release.bind(runner);
  runner.release = async () => throwAway(connection, release);
  let process: number | undefined;
  try {
    const opening = await unlessAborted(begin(transaction, bounds), signal);
    process = opening.process;
    const result = await unlessAborted(work(transaction, opening), signal);
    await unlessAborted(transaction.end(), signal);
    if (transaction.failure !== undefined) throw transaction.failure;
    await unlessAborted(transaction.commit(signal), signal);
    return result;
  } catch (error) {
    const done = await rollBack(transaction, process);
    if (!done) await throwAway(connection, release);
    throw transaction.causeOf(error);
  } finally {
    connection.removeListener('error', onBroken);
    await release();
  }
}

async function begin(
  transaction: JoinedTransaction,
  { timeout = 0, pause = timeout || LONGEST_PAUSE, opening }: TransactionBounds,
): Promise<OpeningRow> {
  const { dataSource, runner } = transaction;
  const parameters = [...(opening?.parameters ?? [])];
  const limit = (time: number): string => `$${parameters.push(String(Math.ceil(Math.min(time, LONGEST))))}`;
  const text = `
    select pg_backend_pid() as process, current_setting('transaction_isolation') as isolation,
      set_config('statement_timeout', ${limit(timeout)}, true) as statement,
      set_config('idle_in_transaction_session_timeout', ${limit(pause)}, true) as idle
      ${opening ? `, ${opening.columns}` : ''}`;
  for (let isFirst = true; ; isFirst = false) {
    // An isolation costs round trips, and most do not need it.
    const isStrict = strict.has(dataSource) || hasIsolation(dataSource);
    try {
      const statement = { text, parameters };
      const [row] = await transaction.begin<OpeningRow[]>(statement, isStrict ? 'READ COMMITTED' : undefined);
      if (row!.isolation === 'read committed') return row!;
      strict.add(dataSource);
    } catch (error) {
      if (!isFirst || !isUnprepared(error)) throw error;
    }
    await transaction.asOwner(() => runner.rollbackTransaction());
  }
}

/** Whether TypeORM begins transactions in an isolation of its own. */
function hasIsolation({ options }: DataSource): boolean {
  return 'isolationLevel' in options && options.isolationLevel !== undefined;
}

/** @returns whether the connection can be used again. */
async function rollBack(transaction: JoinedTransaction, process: number | undefined): Promise<boolean> {
  const { runner } = transaction;
  const giveUp = new AbortController();
  const rolledBack = (async () => {
    const ended = transaction.end();
    // The connection stays ours until the cancellation is sent: a late one would hit whoever has it by then.
    if (transaction.busy && process !== undefined)
      await cancel(transaction.dataSource, process, giveUp.signal);
    await ended;
    giveUp.signal.throwIfAborted();
    await transaction.asOwner(async () => {
      // A savepoint may be open where the work was abandoned.
      while (runner.isTransactionActive) await runner.rollbackTransaction();
    });
    return true;
  })().catch(() => false);
  const timer = new AbortController();
  const late = sleep(GRACE, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([rolledBack, late]);
  } finally {
    timer.abort();
    giveUp.abort();
  }
}

async function cancel(dataSource: DataSource, process: number, signal: AbortSignal): Promise<void> {
  const other = outsideOfJoins(() => dataSource.createQueryRunner());
  try {
    await other.connect();
    if (!signal.aborted) await other.query('select pg_cancel_backend($1)', [process]);
  } finally {
    await other.release();
  }
}

/** Closes a connection before it is given back, so that the pool does not hand it on. */
async function throwAway(connection: Connection, release: () => Promise<void>): Promise<void> {
  void connection.end().catch(() => undefined);
  await release();
}
