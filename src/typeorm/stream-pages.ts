import type { JournalRecord, StreamQuery } from '../store/index.js';
import type { EventTable } from './event-tables.js';
import { EVENT_COLUMNS, toRecordOf, type EventRow } from './journal-sql.js';
import type { Sql } from './sql.js';

/** A little more than a round number, so that a stream of a round number of events needs no page to see its end. */
const PAGE_SIZE = 1024;
const LAST_VERSION = 2 ** 31 - 1;

/** The pages of one stream, each fetched along the index when it is asked for. */
export class StreamPages {
  readonly #sql: Sql;
  readonly #path: string;
  readonly #query: StreamQuery;
  #from: number;
  #to: number;
  #left: number;

  constructor(sql: Sql, { path }: EventTable, query: StreamQuery) {
    this.#sql = sql;
    this.#path = path;
    this.#query = query;
    this.#from = query.fromVersion ?? 1;
    this.#to = Math.min(query.toVersion ?? LAST_VERSION, LAST_VERSION);
    this.#left = query.limit ?? Infinity;
  }

  /** Whether there is nothing more to fetch. */
  get isDone(): boolean {
    return this.#left <= 0 || this.#from > this.#to;
  }

  /** The next page; the last one may be empty. Not to be asked for before the one before it is there. */
  async next(): Promise<readonly JournalRecord[]> {
    const { aggregateType, aggregateId, backwards } = this.#query;
    const size = Math.min(PAGE_SIZE, this.#left);
    const parameters: unknown[] = [aggregateType, aggregateId];
    const rows = await this.#sql.query<EventRow[]>(
      `select ${EVENT_COLUMNS} from ${this.#path} as journal where ${this.#conditions(parameters)}
       order by aggregate_version ${backwards ? 'desc' : ''} limit ${size}`,
      parameters,
    );
    this.#left = rows.length < size ? 0 : this.#left - size;
    const last = rows.at(-1)?.aggregate_version;
    if (last !== undefined && backwards) this.#to = last - 1;
    else if (last !== undefined) this.#from = last + 1;
    return rows.map((row) => toRecordOf(row, aggregateType, aggregateId));
  }

  /** Only those that are needed, because each costs the planner as much as reading some events. */
  #conditions(parameters: unknown[]): string {
    const { asOf } = this.#query;
    const conditions = ['aggregate_type = $1', 'aggregate_id = $2'];
    const parameter = (value: unknown): string => `$${parameters.push(value)}`;
    if (this.#from > 1) conditions.push(`aggregate_version >= ${parameter(this.#from)}`);
    if (this.#to < LAST_VERSION) conditions.push(`aggregate_version <= ${parameter(this.#to)}`);
    if (asOf) {
      const moment = parameter(asOf.getTime().toString());
      conditions.push(`aggregate_version < coalesce(${firstAfterSql(this.#path, moment)}, ${LAST_VERSION})`);
    }
    return conditions.join(' and ');
  }
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
