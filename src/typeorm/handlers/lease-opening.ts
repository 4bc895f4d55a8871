import type { Lease } from '../../projections/index.js';
import { lockKeySql } from './handler-lock.js';
import type { HandlerTables } from './handler-tables.js';
import type { Opening } from './run-transaction.js';
import { LEASE, leaseParameters } from './unit-rows.js';

/** What {@link leaseOpening} finds out. */
export interface LeaseFinding {
  /** Whether the lock of the handler was there to be shared at once. */
  readonly is_shared: boolean;
  /** Whether the lease held; old news where the lock had to be waited for. */
  readonly is_leased: boolean;
}

/** Has the first statement of a transaction share the lock of a lease's handler and look at the lease. */
export function leaseOpening({ checkpoint }: HandlerTables, lease: Lease): Opening {
  return {
    columns: `pg_try_advisory_xact_lock_shared(${lockKeySql('$1')}) as is_shared,
      exists (select from ${checkpoint} where ${LEASE}) as is_leased`,
    parameters: leaseParameters(lease),
  };
}
