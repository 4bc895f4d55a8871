import type { JournalTable } from './journal-table.js';
import type { Sql } from './sql.js';

const TRIGGER = 'event_journal_append_only';

/** Makes the database refuse UPDATE and DELETE on the journal; again is harmless. */
export async function installAppendOnlyGuard(runner: Sql, table: JournalTable): Promise<void> {
  const refuse = `${table.schemaPrefix}event_journal_refuse_change`;
  await runner.query(`
    create or replace function ${refuse}() returns trigger language plpgsql as $$
    begin
      raise exception 'event_journal is append-only: % is refused', tg_op
        using errcode = 'restrict_violation',
              hint = 'Append an event that corrects the earlier one.';
    end $$`);
  await runner.query(`
    create or replace trigger ${TRIGGER} before update or delete on ${table.path}
    for each statement execute function ${refuse}()`);
}

/** Removes what {@link installAppendOnlyGuard} made, but for the trigger, which goes with the table. */
export async function dropAppendOnlyGuard(runner: Sql, table: JournalTable): Promise<void> {
  await runner.query(`drop function if exists ${table.schemaPrefix}event_journal_refuse_change()`);
}

/** Whether the journal is protected. */
export async function hasAppendOnlyGuard(runner: Sql, table: JournalTable): Promise<boolean> {
  const rows = await runner.query<unknown[]>(
    `select 1 from pg_trigger where tgrelid = $1::regclass and tgname = $2 and tgenabled in ('O', 'A')`,
    [table.path, TRIGGER],
  );
  return rows.length > 0;
}
