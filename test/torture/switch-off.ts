import { DataSource, type EntityManager } from 'typeorm';
import { SideTracks } from '../../src/projections/side-tracks.js';
import { TypeOrmHandlerTransaction } from '../../src/typeorm/handlers/typeorm-handler-transaction.js';
import type { Safety } from './safeties.js';

/** Switches off a safety of the library in this process. */
export function switchOff(safety: Safety): void {
  switch (safety) {
    case 'compare-and-set':
      return compareNothing();
    case 'hole-check':
      return seeNoWriters();
    case 'transaction-join':
      TypeOrmHandlerTransaction.prototype.join = async (work) => work();
      return;
    case 'side-track':
      SideTracks.prototype.holds = () => false;
  }
}

/** Checkpoints move from wherever they are, whoever has the unit; before the work the lease is still looked at. */
function compareNothing(): void {
  TypeOrmHandlerTransaction.prototype.advance = async function (
    { unit },
    { to, handled, endsRebuild = false },
  ) {
    const isOn = `not $6 and (course = 'rebuild' or rebuild_until > $4::bigint)`;
    await (this.transaction as EntityManager).query(
      `update projection_checkpoint set position = $4::bigint, handled = handled + $5,
         rebuild_until = case when ${isOn} then rebuild_until end,
         rebuild_total = case when ${isOn} then rebuild_total end
       where handler = $1 and course = $2 and partition = $3`,
      [unit.handler, unit.course, unit.partition, to.toString(), handled, endsRebuild],
    );
  };
}

/** Whoever looks who may yet fill a hole sees nobody. */
function seeNoWriters(): void {
  type Query = (sql: string, ...rest: unknown[]) => Promise<unknown>;
  const query = DataSource.prototype.query as Query;
  const blind: Query = async function (this: DataSource, sql, ...rest) {
    const rows = await query.call(this, sql, ...rest);
    if (!sql.includes('pg_locks')) return rows;
    return (rows as object[]).slice(0, 1).map((row) => ({ ...row, id: null }));
  };
  Object.assign(DataSource.prototype, { query: blind });
}
