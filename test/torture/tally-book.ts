import { AggregateAlreadyExistsError, ConcurrencyError, EventSourcingError } from 'nestevents';
import type { Tally } from './messages.js';

/** What the driver and TypeORM say when a connection was killed or cut, or the server ended a transaction. */
const LOST_CONNECTION =
  /terminat|ECONNRE|EPIPE|socket|not queryable|Connection ended|connection error|already released|TransactionNotStarted|not started yet|timeout exceeded/i;
/** Classes of SQLSTATE: connection, rolled back (deadlock, serialization), operator intervention. */
const EXPLAINED_STATE = /^(08|40|57)/;

/** Counts what a process does, for the coordinator. */
export class TallyBook {
  #counts: Record<string, number> = {};
  #committed: string[] = [];
  #rolledBack: string[] = [];
  #unexplained: string[] = [];

  count(what: string, times = 1): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + times;
  }

  committed(events: readonly { readonly eventId: string }[]): void {
    this.count('appends');
    this.#committed.push(...events.map(({ eventId }) => eventId));
  }

  rolledBack(events: readonly { readonly eventId: string }[]): void {
    this.count('rollbacks');
    this.#rolledBack.push(...events.map(({ eventId }) => eventId));
  }

  /** Notes why an append did not happen. */
  failed(error: unknown): void {
    if (error instanceof ConcurrencyError || error instanceof AggregateAlreadyExistsError)
      this.count('conflicts');
    else if (isLostConnection(error)) this.count('interrupted appends');
    else this.#unexplained.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  /** Answers what was noted since the last time. */
  take(): Tally {
    const tally = {
      counts: this.#counts,
      committed: this.#committed,
      rolledBack: this.#rolledBack,
      unexplained: this.#unexplained,
    };
    this.#counts = {};
    this.#committed = [];
    this.#rolledBack = [];
    this.#unexplained = [];
    return tally;
  }
}

function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof EventSourcingError) return false;
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && EXPLAINED_STATE.test(code)) || LOST_CONNECTION.test(error.message);
}
