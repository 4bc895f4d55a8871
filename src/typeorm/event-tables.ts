import type { DataSource } from 'typeorm';
import { EVENT_JOURNAL_TABLE, EventJournalEntry } from './event-journal-entry.entity.js';
import { EVENT_SCHEMA_TABLE, EventSchemaEntry } from './event-schema-entry.entity.js';
import type { Sql } from './sql.js';

/** A table of nestevents in one database, quoted for SQL. */
export interface EventTable {
  /** The table, with its schema where it has one: `"app"."event_journal"`. */
  readonly path: string;
  /** Its name, neither quoted nor with its schema. */
  readonly name: string;
  /** What stands before the name of anything else in the same schema: `"app".`, or nothing. */
  readonly schemaPrefix: string;
  /** The name of the trigger that protects it. */
  readonly guard: string;
}

/** Finds out where a data source keeps (or will keep) the journal. */
export function journalTable(dataSource: DataSource): EventTable {
  return eventTable(dataSource, EventJournalEntry, EVENT_JOURNAL_TABLE);
}

/** Finds out where a data source keeps (or will keep) the schemas that were used to write. */
export function schemaTable(dataSource: DataSource): EventTable {
  return eventTable(dataSource, EventSchemaEntry, EVENT_SCHEMA_TABLE);
}

/**
 * Waits for a lock of nestevents in this database and holds it until the end of the transaction.
 *
 * `structure` is held by whoever changes the tables, `migrations` by whoever runs migrations of any kind.
 */
export async function lock(sql: Sql, name: 'structure' | 'migrations'): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtext('nestevents'), hashtext($1))`, [name]);
}

/** Finds out where a data source keeps (or will keep) a table of nestevents. */
export function eventTable(dataSource: DataSource, entity: new () => object, name: string): EventTable {
  const options = dataSource.options as { schema?: string };
  const metadata = dataSource.hasMetadata(entity) ? dataSource.getMetadata(entity) : undefined;
  const schema = metadata?.schema ?? options.schema;
  const quote = (each: string): string => dataSource.driver.escape(each);
  const schemaPrefix = schema ? `${quote(schema)}.` : '';
  const tableName = metadata?.tableName ?? name;
  return {
    path: `${schemaPrefix}${quote(tableName)}`,
    name: tableName,
    schemaPrefix,
    guard: `${name}_append_only`,
  };
}
