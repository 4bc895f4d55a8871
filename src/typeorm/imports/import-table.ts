import type { DataSource } from 'typeorm';
import { eventTable, type EventTable } from '../event-tables.js';
import { EVENT_IMPORT_TABLE, EventImport } from './event-import.entity.js';

/** The columns of the table of imports. */
export const IMPORT_COLUMNS = ['name', 'done', 'fence', 'alive_until'];

/** Finds out where a data source keeps (or will keep) how far imports have come. */
export function importTable(dataSource: DataSource): EventTable {
  return eventTable(dataSource, EventImport, EVENT_IMPORT_TABLE);
}
