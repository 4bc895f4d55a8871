import { QueryFailedError } from 'typeorm';
import type { Sql } from '../sql.js';

/** How often a change of a whole handler is tried against workers that hold what it needs and wait for what it holds. */
const MAX_ATTEMPTS = 5;
const DEADLOCK = '40P01';

/** The key of a handler's lock. @param handler an expression for its name. */
export function lockKeySql(handler: string): string {
  return `hashtext('nestevents handler'), hashtext(${handler})`;
}

/**
 * Waits for the lock of a handler and holds it until the end of the transaction.
 *
 * Whoever works on a handler shares it; whoever sends the handler back, divides it anew or takes its tables away has it
 * alone. It is no lock on rows, because the heartbeats of leases must not wait for it.
 */
export async function lockHandler(sql: Sql, handler: string, mode: 'shared' | 'alone'): Promise<void> {
  const lock = mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  await sql.query(`select ${lock}(${lockKeySql('$1')})`, [handler]);
}

/** Runs a transaction again when the database has ended it to resolve a deadlock. */
export async function withoutDeadlock<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS || !isDeadlock(error)) throw error;
    }
  }
}

function isDeadlock(error: unknown): boolean {
  return error instanceof QueryFailedError && (error.driverError as { code?: string }).code === DEADLOCK;
}
