import type { EventTable } from './event-tables.js';
import type { Sql } from './sql.js';

/** Makes the database refuse UPDATE and DELETE on a table; again is harmless. */
export async function installAppendOnlyGuard(runner: Sql, table: EventTable): Promise<void> {
  await runner.query(`
    create or replace function ${refusal(table)} returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only: % is refused', tg_table_name, tg_op
        using errcode = 'restrict_violation',
              hint = 'Add an event, or a version of the schema, that corrects the earlier one.';
    end $$`);
  await runner.query(`
    create or replace trigger ${table.guard} before update or delete on ${table.path}
    for each statement execute function ${refusal(table)}`);
}

/** Removes what {@link installAppendOnlyGuard} made for a table that is dropped, unless it protects another one. */
export async function dropAppendOnlyGuard(runner: Sql, table: EventTable): Promise<void> {
  const users = await runner.query<unknown[]>(
    `select 1 from pg_trigger where tgfoid = to_regprocedure($1) limit 1`,
    [refusal(table)],
  );
  if (users.length === 0) await runner.query(`drop function if exists ${refusal(table)}`);
}

/** Whether a table is protected. */
export async function hasAppendOnlyGuard(runner: Sql, table: EventTable): Promise<boolean> {
  const rows = await runner.query<unknown[]>(
    `select 1 from pg_trigger where tgrelid = $1::regclass and tgname = $2 and tgenabled in ('O', 'A')`,
    [table.path, table.guard],
  );
  return rows.length > 0;
}

/** The function that all tables share, named after the one that was the first to have it. */
function refusal({ schemaPrefix }: EventTable): string {
  return `${schemaPrefix}event_journal_refuse_change()`;
}
