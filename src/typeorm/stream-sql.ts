import type { StreamQuery } from '../store/index.js';
import { EVENT_TEXTS, textsToRecord } from './event-columns.js';
import { textToRecord } from './event-text.js';
import type { EventTable } from './event-tables.js';
import { EVENT_COLUMNS, toRecordOf, type EventRow } from './journal-sql.js';
import type { PreparedSql } from './prepared-sql.js';
import type { Sql } from './sql.js';
import { LAST_VERSION, type PageRange, type PageSource } from './stream-pages.js';

/** Fetches pages by a function, whose plan a connection keeps: of what is asked, it knows versions and forward alone. */
export function pagesByFunction(sql: Sql, name: string, query: StreamQuery): PageSource {
  const { aggregateType, aggregateId } = query;
  return async ({ from, to, size }) => {
    const rows = await sql.query<{ event: string }[]>(`select ${name}($1, $2, $3, $4, $5) as event`, [
      aggregateType,
      aggregateId,
      from,
      to,
      size,
    ]);
    return rows.map(({ event }) => textToRecord(event, aggregateType, aggregateId));
  };
}

/** The statement of {@link pagesPrepared}. */
export function preparedPageSql({ path }: EventTable): string {
  return `select ${EVENT_TEXTS} from ${path}
    where aggregate_type = $1 and aggregate_id = $2 and aggregate_version >= $3 and aggregate_version <= $4
    order by aggregate_version limit $5`;
}

/** Fetches pages forward by a prepared statement: unlike those of a function, its rows come while others are read. */
export function pagesPrepared(sql: PreparedSql, statement: string, query: StreamQuery): PageSource {
  const { aggregateType, aggregateId } = query;
  return async ({ from, to, size }) => {
    const rows = await sql.texts(statement, [aggregateType, aggregateId, from, to, size]);
    return rows.map((row) => textsToRecord(row, aggregateType, aggregateId));
  };
}

/** Fetches pages by a statement that PostgreSQL plans each time: it knows all that is asked, and needs no function. */
export function pagesByStatement(sql: Sql, { path }: EventTable, query: StreamQuery): PageSource {
  const { aggregateType, aggregateId, backwards } = query;
  return async (range) => {
    const parameters: unknown[] = [aggregateType, aggregateId];
    const rows = await sql.query<EventRow[]>(
      `select ${EVENT_COLUMNS} from ${path} as journal where ${conditions(path, query, range, parameters)}
       order by aggregate_version ${backwards ? 'desc' : ''} limit ${range.size}`,
      parameters,
    );
    return rows.map((row) => toRecordOf(row, aggregateType, aggregateId));
  };
}

/** Only those that are needed, because each costs the planner as much as reading some events. */
function conditions(
  path: string,
  { asOf }: StreamQuery,
  { from, to }: PageRange,
  parameters: unknown[],
): string {
  const all = ['aggregate_type = $1', 'aggregate_id = $2'];
  const parameter = (value: unknown): string => `$${parameters.push(value)}`;
  if (from > 1) all.push(`aggregate_version >= ${parameter(from)}`);
  if (to < LAST_VERSION) all.push(`aggregate_version <= ${parameter(to)}`);
  if (asOf) {
    const moment = parameter(asOf.getTime().toString());
    all.push(`aggregate_version < coalesce(${firstAfterSql(path, moment)}, ${LAST_VERSION})`);
  }
  return all.join(' and ');
}

/**
 * A prefix of the stream, also where the clock was set back: no version after one that is too late. Compared as
 * milliseconds, because a Date may lie outside of what PostgreSQL reads as a time.
 */
function firstAfterSql(path: string, moment: string): string {
  return `(select min(aggregate_version) from ${path}
    where aggregate_type = $1 and aggregate_id = $2
      and extract(epoch from create_date) * 1000 > ${moment}::bigint)`;
}
