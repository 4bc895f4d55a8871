import type { DataSource } from 'typeorm';
import type { JournalQuery, JournalReader, JournalRecord, StreamQuery } from '../store/index.js';
import { callersTransaction } from './callers-transaction.js';
import type { EventTable } from './event-tables.js';
import { InFlightWriters } from './in-flight-writers.js';
import { RECORD_COLUMNS, toRecord, type JournalRow } from './journal-sql.js';
import type { Sql } from './sql.js';

const PAGE_SIZE = 1000;
const LAST_VERSION = 2 ** 31 - 1;

/** Reads the journal in PostgreSQL, a page at a time; no transaction is held between pages. */
export class TypeOrmJournalReader implements JournalReader {
  readonly #writers: InFlightWriters;

  constructor(
    private readonly dataSource: DataSource,
    private readonly table: EventTable,
  ) {
    this.#writers = new InFlightWriters(dataSource, table);
  }

  async *readStream(query: StreamQuery): AsyncGenerator<readonly JournalRecord[], void, void> {
    const { aggregateType, aggregateId, asOf, backwards = false, transaction } = query;
    const sql = transaction ? callersTransaction(transaction, this.dataSource) : this.dataSource;
    let from = query.fromVersion ?? 1;
    let to = Math.min(query.toVersion ?? LAST_VERSION, LAST_VERSION);
    let left = query.limit ?? Infinity;
    while (left > 0 && from <= to) {
      const size = Math.min(PAGE_SIZE, left);
      const page = await this.#readPage(
        sql,
        `aggregate_type = $1 and aggregate_id = $2 and aggregate_version between $3 and $4
         ${asOf ? `and aggregate_version < coalesce(${this.#firstAfter('$6')}, ${LAST_VERSION})` : ''}
         order by aggregate_version ${backwards ? 'desc' : ''} limit $5`,
        [aggregateType, aggregateId, from, to, size, ...(asOf ? [asOf.getTime().toString()] : [])],
      );
      if (page.length > 0) yield page;
      if (page.length < size) return;
      left -= page.length;
      if (backwards) to = page.at(-1)!.aggregateVersion - 1;
      else from = page.at(-1)!.aggregateVersion + 1;
    }
  }

  async *readAll({
    after,
    types,
    limit = Infinity,
  }: JournalQuery): AsyncGenerator<readonly JournalRecord[], void, void> {
    const wanted = types && new Set(types);
    let last = after;
    let left = limit;
    /** Every position up to here that is not visible never will be. */
    let settled = after;
    while (left > 0) {
      // Qualified, because a bare "position" would be the selected text, and "10" comes before "2".
      const page = await this.#readPage(this.dataSource, `position > $1 order by journal.position limit $2`, [
        last.toString(),
        PAGE_SIZE,
      ]);
      const dense = densePrefix(page, last, settled);
      const delivered = (wanted ? dense.filter(({ eventType }) => wanted.has(eventType)) : dense).slice(
        0,
        left,
      );
      if (delivered.length > 0) yield delivered;
      left -= delivered.length;
      last = dense.at(-1)?.position ?? last;
      if (dense.length === page.length) {
        if (page.length < PAGE_SIZE) return;
      } else {
        if (!(await this.#writers.settle())) return;
        settled = page.at(-1)!.position;
      }
    }
  }

  async version(aggregateType: string, aggregateId: string): Promise<number> {
    const rows = await this.dataSource.query<{ version: number }[]>(
      `select coalesce(max(aggregate_version), 0) as version from ${this.table.path}
       where aggregate_type = $1 and aggregate_id = $2`,
      [aggregateType, aggregateId],
    );
    return rows[0]!.version;
  }

  async #readPage(sql: Sql, condition: string, parameters: unknown[]): Promise<JournalRecord[]> {
    const rows = await sql.query<JournalRow[]>(
      `select ${RECORD_COLUMNS} from ${this.table.path} as journal where ${condition}`,
      parameters,
    );
    return rows.map(toRecord);
  }

  /**
   * A prefix of the stream, also where the clock was set back: no version after one that is too late. Compared as
   * milliseconds, because a Date may lie outside of what PostgreSQL reads as a time.
   */
  #firstAfter(moment: string): string {
    return `(select min(aggregate_version) from ${this.table.path}
      where aggregate_type = $1 and aggregate_id = $2
        and extract(epoch from create_date) * 1000 > ${moment}::bigint)`;
  }
}

/** The records before the first position that is missing and may yet come. */
function densePrefix(
  page: readonly JournalRecord[],
  after: bigint,
  settled: bigint,
): readonly JournalRecord[] {
  let expected = after + 1n;
  const end = page.findIndex(({ position }) => {
    // A hole from `expected` to just before `position`; none of it may lie above what is settled.
    if (position !== expected && position - 1n > settled) return true;
    expected = position + 1n;
    return false;
  });
  return end < 0 ? page : page.slice(0, end);
}
