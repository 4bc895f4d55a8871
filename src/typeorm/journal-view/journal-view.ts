import type { EventTable } from '../event-tables.js';
import type { Sql } from '../sql.js';
import { createJournalViewSql, JOURNAL_VIEW_FUNCTIONS, journalView } from './journal-view-sql.js';

/** Makes the view of the journal with all payloads as JSON; again is harmless. */
export async function installJournalView(
  runner: Sql,
  journal: EventTable,
  schemas: EventTable,
): Promise<void> {
  for (const statement of createJournalViewSql(journal, schemas)) await runner.query(statement);
}

/** Removes what {@link installJournalView} made. */
export async function dropJournalView(runner: Sql, journal: EventTable): Promise<void> {
  await runner.query(`drop view if exists ${journalView(journal)}`);
  for (const name of JOURNAL_VIEW_FUNCTIONS) {
    await runner.query(`drop function if exists ${journal.schemaPrefix}${name}`);
  }
}

/** Whether the view is there. */
export async function hasJournalView(runner: Sql, journal: EventTable): Promise<boolean> {
  const [found] = await runner.query<{ exists: boolean }[]>('select to_regclass($1) is not null as exists', [
    journalView(journal),
  ]);
  return found!.exists;
}
