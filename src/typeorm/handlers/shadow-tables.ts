import type { DataSource } from 'typeorm';
import type { Sql } from '../sql.js';
import { RebuildRefusedError } from './rebuild.errors.js';
import { shadowedTables, type ShadowedTable } from './shadow-names.js';

/**
 * Creates the empty tables that entities are rebuilt in, beside their own; those of an earlier rebuild are dropped.
 *
 * They have the columns, defaults, checks and indexes of their own tables, but no foreign keys and no triggers.
 *
 * @throws RebuildRefusedError
 */
export async function createShadows(
  sql: Sql,
  dataSource: DataSource,
  entities: readonly unknown[],
): Promise<void> {
  const tables = shadowedTables(dataSource, entities);
  await assertReplaceable(sql, tables);
  await dropShadows(sql, tables);
  for (const { live, shadow } of tables) {
    await sql.query(`create table ${shadow} (like ${live} including all)`);
  }
}

/** Drops the tables of a rebuild, where they are. */
export async function dropShadows(sql: Sql, tables: readonly ShadowedTable[]): Promise<void> {
  if (tables.length === 0) return;
  await sql.query(`drop table if exists ${tables.map(({ shadow }) => shadow).join(', ')}`);
}

/**
 * Puts what was rebuilt in the place of what was there, and drops the tables of the rebuild.
 *
 * The rows are exchanged and not the tables, so that readers never wait and never see it half done, and names, foreign
 * keys, grants and views stay.
 *
 * @throws RebuildRefusedError
 */
export async function promoteShadows(
  sql: Sql,
  dataSource: DataSource,
  entities: readonly unknown[],
): Promise<void> {
  const tables = referencedFirst(shadowedTables(dataSource, entities));
  if (tables.length === 0) return;
  await assertReplaceable(sql, tables);
  await sql.query('set constraints all deferred');
  // In one statement, after which foreign keys are looked at: tables may refer to each other in a circle.
  await sql.query(
    `with ${tables.map(({ live }, n) => `emptied_${n} as (delete from ${live})`).join(', ')} select`,
  );
  for (const table of tables) await fill(sql, table);
  await dropShadows(sql, tables);
}

async function fill(sql: Sql, { live, shadow }: ShadowedTable): Promise<void> {
  const columns = await sql.query<{ name: string; generated: boolean; sequence: string | null }[]>(
    `select quote_ident(attname) as name, attgenerated <> '' as generated,
       pg_get_serial_sequence($1, attname) as sequence
     from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [live],
  );
  const names = columns.filter(({ generated }) => !generated).map(({ name }) => name);
  await sql.query(
    `insert into ${live} (${names.join(', ')}) overriding system value select ${names.join(', ')} from ${shadow}`,
  );
  for (const { name, sequence } of columns) {
    if (sequence === null) continue;
    await sql.query(
      `select setval($1::regclass, filled.last) from (select max(${name}) as last from ${live}) as filled,
         ${sequence} as drawn
       where filled.last >= drawn.last_value`,
      [sequence],
    );
  }
}

/** To empty a table must neither be refused, nor take rows of other tables with it. */
async function assertReplaceable(sql: Sql, tables: readonly ShadowedTable[]): Promise<void> {
  const rows = await sql.query<{ name: string; owner: string; target: string }[]>(
    `select conname as name, conrelid::regclass::text as owner, confrelid::regclass::text as target
     from pg_constraint
     where contype = 'f' and confrelid = any($1::regclass[]) and conrelid <> all($1::regclass[])
       and not (confdeltype = 'a' and condeferrable)
     order by 1 limit 1`,
    [tables.map(({ live }) => live)],
  );
  const [found] = rows;
  if (found) throw new RebuildRefusedError(found.target, found.owner, found.name);
}

/** What others refer to comes first; in a circle, whatever comes. */
function referencedFirst(tables: readonly ShadowedTable[]): ShadowedTable[] {
  const sorted = new Set<ShadowedTable>();
  const visiting = new Set<ShadowedTable>();
  const visit = (table: ShadowedTable): void => {
    if (visiting.has(table)) return;
    visiting.add(table);
    const referenced = new Set(
      table.metadata.foreignKeys.map((key) => key.referencedEntityMetadata.tablePath),
    );
    for (const other of tables) if (referenced.has(other.livePath)) visit(other);
    sorted.add(table);
  };
  for (const table of tables) visit(table);
  return [...sorted];
}
