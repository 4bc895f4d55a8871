import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  type DataSource,
  type QueryRunner,
} from 'typeorm';
import { HandlerTransactionControlError, HandlerTransactionEndedError } from '../../projections/index.js';
import type { PoolClient } from '../connections.js';
import { isWatched, sendByName } from '../prepared-sql.js';
import type { Statement } from '../sql.js';
import { readTransactionStatement } from '../transaction-statement.js';
import { inJoin, joinOf } from './join.js';
import { inOneGo } from './one-go.js';
import { Turns } from './turns.js';

/** PostgreSQL refuses everything, because an earlier statement of the transaction failed. */
const IN_FAILED_TRANSACTION = '25P02';

/** The statements that only the owner of the transaction sends. */
const BOUNDARIES: ReadonlySet<string> = new Set(['begin', 'commit', 'rollback', 'prepare']);

type Send = (...args: unknown[]) => Promise<unknown>;

/** What is sent at the end of a transaction. */
export interface LastStatement extends Statement {
  /** Says what it means that it failed. */
  readonly explain: (error: unknown) => unknown;
}

/**
 * A transaction that others take part in: it watches over its query runner, which they use.
 *
 * One statement is sent at a time. Once it has ended, nothing is sent any more, by whomever, not even when the
 * connection belongs to somebody else by then.
 */
export class JoinedTransaction {
  readonly #turns = new Turns();
  readonly #restore: () => void;
  readonly #sent = new Set<Promise<unknown>>();
  readonly #send: Send;
  #last: LastStatement | undefined;
  #ended = false;
  /** The first statement that failed, unless it was in a savepoint that has been rolled back. */
  #failure: unknown;

  /** @param client the connection, where the transaction is all that happens on it. */
  constructor(
    readonly dataSource: DataSource,
    readonly runner: QueryRunner,
    private readonly client?: PoolClient,
  ) {
    this.#send = runner.query.bind(runner) as Send;
    const stream = runner.stream.bind(runner) as Send;
    const guarded = {
      query: async (...args: unknown[]) => this.#query(args),
      stream: async (...args: unknown[]) => {
        this.assertOpen();
        return stream(...args);
      },
    };
    this.#restore = () => void Object.assign(runner, { query: this.#send, stream });
    Object.assign(runner, guarded);
  }

  /** Leaves the query runner to whom it belongs, as it was. */
  release(): void {
    this.#restore();
  }

  /** Runs code that takes part, with tables that stand for others. */
  async join<T>(work: () => Promise<T>, shadows: ReadonlyMap<string, string>): Promise<T> {
    this.assertOpen();
    return inJoin({ transaction: this, shadows, turns: this.#turns, control: false }, work);
  }

  /** Runs code that nobody else who takes part may interrupt. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.assertOpen();
    const join = joinOf(this.dataSource);
    const here = join?.transaction === this ? join : undefined;
    const shadows = here?.shadows ?? new Map<string, string>();
    return (here?.turns ?? this.#turns).take(() =>
      inJoin({ transaction: this, shadows, turns: new Turns(), control: false }, work),
    );
  }

  /** Runs code that may begin and end the transaction, and is not kept from sending. */
  async asOwner<T>(work: () => Promise<T>): Promise<T> {
    const turns = new Turns();
    return inJoin({ transaction: this, shadows: new Map(), turns, control: true }, work);
  }

  /** Begins it, with a first statement that goes out behind the BEGIN. @returns its rows */
  async begin<Rows>(first: Statement, isolation?: 'READ COMMITTED'): Promise<Rows> {
    const begin = async (): Promise<void> => this.runner.startTransaction(isolation);
    const send = async (): Promise<Rows> => this.#sendPrepared<Rows>(first);
    // An isolation is a statement of its own, which has to come before all others.
    return this.asOwner(async () => (await this.#inOrder(begin, send, isolation === undefined))[1]);
  }

  /** Has a statement sent with the commit, which does not happen if it fails; or before the next one, if one comes. */
  async sendLast(statement: LastStatement): Promise<void> {
    // What was asked for before goes first, though nobody waits for it.
    await this.inTurn(async () => this.#flush());
    this.#last = statement;
  }

  /** Commits when it has ended. @param signal is looked at before the commit goes out. */
  async commit(signal?: AbortSignal): Promise<void> {
    const { runner } = this;
    const last = this.#last;
    const commit = async (): Promise<void> => {
      signal?.throwIfAborted();
      await runner.commitTransaction();
    };
    if (!last) return this.asOwner(commit);
    const send = async (): Promise<unknown> => this.#sendPrepared(last).catch(explained(last));
    await this.asOwner(async () => this.#inOrder(send, commit, !hearsOfCommits(this.dataSource)));
  }

  /** Lets nothing more be sent, and waits until what has been sent is answered. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.allSettled(this.#sent);
  }

  /** Whether statements are waiting for their answers. */
  get busy(): boolean {
    return this.#sent.size > 0;
  }

  /** What stands in the way of a commit. */
  get failure(): unknown {
    return this.#failure;
  }

  /** What began it all, where an error only follows from an earlier one that was swallowed. */
  causeOf(error: unknown): unknown {
    const follows =
      error instanceof QueryRunnerAlreadyReleasedError || codeOf(error) === IN_FAILED_TRANSACTION;
    return follows ? (this.#failure ?? error) : error;
  }

  /** Notes that the connection broke. */
  fail(error: unknown): void {
    this.#failure ??= error;
  }

  /** @throws HandlerTransactionEndedError */
  assertOpen(): void {
    if (this.#ended) throw new HandlerTransactionEndedError();
  }

  async #query(args: unknown[]): Promise<unknown> {
    const join = joinOf(this.dataSource);
    if (join?.transaction === this && join.control) return this.#sendNow(args);
    this.assertOpen();
    const statement = readTransactionStatement(String(args[0]));
    if (statement && BOUNDARIES.has(statement.kind))
      throw new HandlerTransactionControlError(String(args[0]));
    return this.inTurn(async () => {
      this.assertOpen();
      await this.#flush();
      const answer = await this.#sendNow(args);
      if (statement?.kind === 'rollbackTo') this.#failure = undefined;
      return answer;
    });
  }

  async #flush(): Promise<void> {
    const last = this.#last;
    this.#last = undefined;
    if (last) await this.#sendNow([last.text, last.parameters]).catch(explained(last));
  }

  async #inOrder<A, B>(first: () => Promise<A>, second: () => Promise<B>, atOnce: boolean): Promise<[A, B]> {
    if (atOnce && this.client && !isWatched(this.dataSource)) return inOneGo(this.client, first, second);
    return [await first(), await second()];
  }

  /** Only where all may be sent. */
  async #sendPrepared<Rows>({ text, parameters }: Statement): Promise<Rows> {
    const { client, runner } = this;
    if (!client || isWatched(this.dataSource)) return runner.query(text, parameters) as Promise<Rows>;
    const answer = sendByName<Rows>(client, runner, text, parameters);
    this.#sent.add(answer);
    return answer.finally(() => this.#sent.delete(answer));
  }

  async #sendNow(args: unknown[]): Promise<unknown> {
    const answer = this.#send(...args);
    this.#sent.add(answer);
    try {
      return await answer;
    } catch (error) {
      this.#failure ??= error;
      throw this.causeOf(error);
    } finally {
      this.#sent.delete(answer);
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof QueryFailedError ? (error.driverError as { code?: string }).code : undefined;
}

function explained({ explain }: LastStatement): (error: unknown) => never {
  return (error) => {
    throw explain(error);
  };
}

/** Whether somebody is told of commits, who must not hear of one that PostgreSQL has turned into a rollback. */
function hearsOfCommits({ subscribers }: DataSource): boolean {
  return subscribers.some((each) => 'afterTransactionCommit' in each);
}
