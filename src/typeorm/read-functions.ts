import type { EventTable } from './event-tables.js';
import { snapshotTailBody, streamPageBody } from './read-function-bodies.js';
import type { Sql } from './sql.js';

/**
 * Which meaning the functions have, as for those that append: whatever changes in a body, in the parameters or in the
 * text of an event needs the next number, and a migration.
 */
export const READ_FUNCTIONS_VERSION = 1;

/** The tables that the functions read. */
export interface ReadTables {
  readonly journal: EventTable;
  readonly snapshot: EventTable;
}

/** The functions that read, as SQL calls them. */
export interface ReadFunctions {
  /** Reads a page of a stream forward. */
  readonly stream: string;
  /** Reads a snapshot and the first page of the events behind it. */
  readonly snapshot: string;
}

/** Finds out what the functions that read some tables are called. */
export function readFunctions({ journal, snapshot }: ReadTables): ReadFunctions {
  const quoted = ({ name }: EventTable, end: string): string =>
    `${journal.schemaPrefix}"${`${name}_${end}_v${READ_FUNCTIONS_VERSION}`.replaceAll('"', '""')}"`;
  return { stream: quoted(journal, 'read_stream'), snapshot: quoted(snapshot, 'read_tail') };
}

/**
 * As for the functions that append. STABLE, as they read with the snapshot of the statement that calls them: what it
 * sees is from one moment, also where a snapshot and its events are read one after the other.
 */
const SETTINGS = 'stable set plan_cache_mode = force_generic_plan set enable_seqscan = off';

/**
 * Makes the functions that read; again is harmless. PostgreSQL looks for the tables when a function is called, not
 * when it is made: that of snapshots may come later.
 */
export async function installReadFunctions(runner: Sql, tables: ReadTables): Promise<void> {
  const { stream, snapshot } = readFunctions(tables);
  await runner.query(`
    create or replace function ${stream}(stream_type text, stream_id text, first_version integer,
      last_version integer, most integer)
    returns setof text language plpgsql ${SETTINGS} as $$${streamPageBody(tables.journal)}$$`);
  await runner.query(`
    create or replace function ${snapshot}(stream_type text, stream_id text, wanted_version integer,
      wanted_shape text, last_version integer, moment bigint, most integer)
    returns setof text language plpgsql ${SETTINGS} as $$${snapshotTailBody(tables.journal, tables.snapshot)}$$`);
}

/** Removes what {@link installReadFunctions} made. */
export async function dropReadFunctions(runner: Sql, tables: ReadTables): Promise<void> {
  const { stream, snapshot } = readFunctions(tables);
  await runner.query(`drop function if exists ${stream}`);
  await runner.query(`drop function if exists ${snapshot}`);
}

/** Whether the functions that read are there, and may be called. */
export async function hasReadFunctions(runner: Sql, tables: ReadTables): Promise<boolean> {
  const { stream, snapshot } = readFunctions(tables);
  const [found] = await runner.query<{ both: boolean | null }[]>(
    `select has_function_privilege(to_regproc($1)::oid, 'execute')
       and has_function_privilege(to_regproc($2)::oid, 'execute') as both`,
    [stream, snapshot],
  );
  return found!.both === true;
}
