import { QueryFailedError } from 'typeorm';
import type { CheckpointMove, Lease } from '../../projections/index.js';
import type { Statement } from '../sql.js';
import type { HandlerTables } from './handler-tables.js';
import { LEASE, leaseParameters } from './unit-rows.js';

/**
 * A statement that moves a checkpoint from where it is, under its lease, and else fails: the commit that goes out behind
 * it, before it is answered, is a rollback then. See {@link isUnmoved}.
 */
export function advanceSql(
  { checkpoint }: HandlerTables,
  lease: Lease,
  { from, to, handled, endsRebuild = false }: CheckpointMove,
): Statement {
  const text = `
    with moved as (
      update ${checkpoint} set position = $7::bigint, handled = handled + $8::bigint,
        rebuild_until = case when not $9 and (course = 'rebuild' or rebuild_until > $7::bigint) then rebuild_until end,
        rebuild_total = case when not $9 and (course = 'rebuild' or rebuild_until > $7::bigint) then rebuild_total end,
        done = case when exists (
          select from jsonb_array_elements(done) as layer, jsonb_array_elements_text(layer -> 'positions') as until
          where until::bigint > $7::bigint
        ) then done end
      where ${LEASE} and position = $6::bigint returning 1
    ) select 1 / count(*) /* this fails if the unit stands elsewhere or belongs to somebody else */ from moved`;
  const parameters = [...leaseParameters(lease), from.toString(), to.toString(), handled, endsRebuild];
  return { text, parameters };
}

/** Whether {@link advanceSql} found that the unit stands elsewhere or belongs to somebody else: a division by zero. */
export function isUnmoved(error: unknown): boolean {
  return (
    error instanceof QueryFailedError && (error.driverError as { readonly code?: string }).code === '22012'
  );
}
