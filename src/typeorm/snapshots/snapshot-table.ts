import type { DataSource } from 'typeorm';
import { eventTable, type EventTable } from '../event-tables.js';
import { EVENT_SNAPSHOT_TABLE, EventSnapshot } from './event-snapshot.entity.js';

/** The columns without which snapshots cannot be kept. */
export const SNAPSHOT_COLUMNS = [
  'aggregate_type',
  'aggregate_id',
  'aggregate_version',
  'snapshot_version',
  'event_id',
  'until_date',
  'create_date',
  'shape',
  'checksum',
  'state',
];

/** Finds out where a data source keeps (or will keep) snapshots. */
export function snapshotTable(dataSource: DataSource): EventTable {
  return eventTable(dataSource, EventSnapshot, EVENT_SNAPSHOT_TABLE);
}
