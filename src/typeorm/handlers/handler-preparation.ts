import type { DataSource } from 'typeorm';
import { assertColumns, assertPostgres } from '../journal-preparation.js';
import { handlerTables } from './handler-tables.js';

const COLUMNS = {
  checkpoint: `handler course partition partitions version paused position handled fence rebuild_until rebuild_total
    started_at lease_until kind owner done`,
  instance: 'id last_seen alive_until handlers',
  parked: `handler course aggregate_type aggregate_id partition aggregate_version position revision since next_try
    attempts event_id event_type status error stack`,
  skipped: 'handler event_id position skipped_at aggregate_type aggregate_id reason error',
};

/** Checks that the tables of durable handlers exist and have their columns. @throws JournalNotReadyError */
export async function prepareHandlerTables(dataSource: DataSource): Promise<void> {
  assertPostgres(dataSource);
  const tables = handlerTables(dataSource);
  for (const name of Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]) {
    await assertColumns(dataSource, { path: tables[name] }, COLUMNS[name].split(/\s+/));
  }
}
