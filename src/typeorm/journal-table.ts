import type { DataSource } from 'typeorm';
import { EventJournalEntry } from './event-journal-entry.entity.js';
import type { Sql } from './sql.js';

/** The journal's table in one database, quoted for SQL. */
export interface JournalTable {
  /** The table, with its schema where it has one: `"app"."event_journal"`. */
  readonly path: string;
  /** What stands before the name of anything else in the same schema: `"app".`, or nothing. */
  readonly schemaPrefix: string;
}

/** Finds out where a data source keeps (or will keep) the journal. */
export function journalTable(dataSource: DataSource): JournalTable {
  const options = dataSource.options as { schema?: string };
  const metadata = dataSource.hasMetadata(EventJournalEntry)
    ? dataSource.getMetadata(EventJournalEntry)
    : undefined;
  const schema = metadata?.schema ?? options.schema;
  const quote = (name: string): string => dataSource.driver.escape(name);
  const schemaPrefix = schema ? `${quote(schema)}.` : '';
  return { path: `${schemaPrefix}${quote(metadata?.tableName ?? 'event_journal')}`, schemaPrefix };
}

/**
 * Waits for a lock of nestevents in this database and holds it until the end of the transaction.
 *
 * `structure` is held by whoever changes the journal's table, `migrations` by whoever runs migrations of any kind.
 */
export async function lock(sql: Sql, name: 'structure' | 'migrations'): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtext('nestevents'), hashtext($1))`, [name]);
}
