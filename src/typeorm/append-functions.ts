import { severalAppendBody, sharedAppendBody, singleAppendBody } from './append-function-bodies.js';
import type { EventTable } from './event-tables.js';
import type { Sql } from './sql.js';

/**
 * Which meaning the functions have. It is part of their names: an older and a newer deployment run side by side, each
 * with its own. Whatever changes in a body or in the parameters needs the next number, and a migration.
 */
export const APPEND_FUNCTIONS_VERSION = 1;

/** The functions that append to a journal, as SQL calls them. */
export interface AppendFunctions {
  /** Appends one event to one stream. */
  readonly single: string;
  /** Appends to several streams, or to none. */
  readonly several: string;
  /** Appends to each of several streams by itself. */
  readonly shared: string;
}

/** Finds out what the functions of a journal are called. */
export function appendFunctions({ name, schemaPrefix }: EventTable): AppendFunctions {
  const quoted = (end: string): string =>
    `${schemaPrefix}"${`${name}_${end}_v${APPEND_FUNCTIONS_VERSION}`.replaceAll('"', '""')}"`;
  return {
    single: quoted('append_event'),
    several: quoted('append_streams'),
    shared: quoted('append_shared'),
  };
}

/**
 * What planning inside the functions may do.
 *
 * A connection keeps the plans, possibly from a time when the journal was empty and reading all of it was cheap. And it
 * would plan anew at every call where the number of rows seems to matter.
 */
const SETTINGS = 'set plan_cache_mode = force_generic_plan set enable_seqscan = off';

/** A shared statement gives up soon when somebody is in the way of one stream, for the sake of the others. */
const SHARED_SETTINGS = `${SETTINGS} set lock_timeout = '100ms'`;

const SINGLE_PARAMETERS = `stream_type text, stream_id text, expected integer, new_id uuid, new_type text,
  new_version integer, new_data jsonb, new_bytes bytea, new_data_types jsonb, new_metadata jsonb,
  new_correlation_id uuid, new_causation_id uuid`;

const SEVERAL_PARAMETERS = `stream_types text[], stream_ids text[], expected integer[],
  streams integer[], steps integer[], new_ids uuid[], new_types text[], new_versions integer[], new_data text[],
  new_bytes bytea[], new_data_types text[], new_metadata text[], new_correlation_ids uuid[], new_causation_ids uuid[]`;

/** Makes the functions that append to a journal; again is harmless. */
export async function installAppendFunctions(runner: Sql, table: EventTable): Promise<void> {
  const { single, several, shared } = appendFunctions(table);
  await runner.query(`
    create or replace function ${single}(raced boolean, ${SINGLE_PARAMETERS}) returns text
    language plpgsql ${SETTINGS} as $$${singleAppendBody(table)}$$`);
  await runner.query(`
    create or replace function ${several}(${SEVERAL_PARAMETERS}) returns text
    language plpgsql ${SETTINGS} as $$${severalAppendBody(table)}$$`);
  await runner.query(`
    create or replace function ${shared}(raced boolean, ${SEVERAL_PARAMETERS}) returns text
    language plpgsql ${SHARED_SETTINGS} as $$${sharedAppendBody(table)}$$`);
}

/** Removes what {@link installAppendFunctions} made. */
export async function dropAppendFunctions(runner: Sql, table: EventTable): Promise<void> {
  for (const each of Object.values(appendFunctions(table)))
    await runner.query(`drop function if exists ${each}`);
}

/** Whether the functions that append to a journal are there. */
export async function hasAppendFunctions(runner: Sql, table: EventTable): Promise<boolean> {
  const { single, several, shared } = appendFunctions(table);
  const [found] = await runner.query<{ all: boolean }[]>(
    'select num_nulls(to_regproc($1), to_regproc($2), to_regproc($3)) = 0 as all',
    [single, several, shared],
  );
  return found!.all;
}
