import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type {
  CountQuery,
  JournalQuery,
  JournalReader,
  JournalRecord,
  JournalSlice,
  SliceQuery,
  StreamQuery,
} from '../store/index.js';
import { callersTransaction } from './callers-transaction.js';
import type { EventTable } from './event-tables.js';
import { LARGE } from './journal-sql.js';
import { PreparedSql } from './prepared-sql.js';
import { sendAhead } from './read-ahead.js';
import { readFunctions } from './read-functions.js';
import { RecentAppends } from './recent-appends.js';
import { SliceReader } from './slice-reader.js';
import { snapshotTable } from './snapshots/snapshot-table.js';
import { StreamPages, type PageSource } from './stream-pages.js';
import { pagesByFunction, pagesByStatement, pagesPrepared, preparedPageSql } from './stream-sql.js';

const PAGE_SIZE = 1000;
/** How long `readAll` waits at a hole for the transactions that may fill it, in milliseconds. */
const PATIENCE = 200;
const POLL_INTERVAL = 5;

/** Reads the journal in PostgreSQL, a page at a time; no transaction is held between pages. */
export class TypeOrmJournalReader implements JournalReader {
  protected readonly recent = new RecentAppends();
  readonly #slices: SliceReader;
  readonly #readStream: string;
  readonly #page: string;
  readonly #prepared: PreparedSql;
  #isLarge = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly table: EventTable,
  ) {
    this.#readStream = readFunctions({ journal: table, snapshot: snapshotTable(dataSource) }).stream;
    this.#page = preparedPageSql(table);
    this.#slices = new SliceReader(dataSource, table);
    this.#prepared = new PreparedSql(dataSource);
  }

  readStream(query: StreamQuery): AsyncIterable<readonly JournalRecord[]> {
    return new StreamPages(query, this.#sourceOf(query));
  }

  async *readAll({
    after,
    types,
    limit = Infinity,
  }: JournalQuery): AsyncGenerator<readonly JournalRecord[], void, void> {
    let left = limit;
    let stuckSince: number | undefined;
    const next = async (position: bigint): Promise<JournalSlice> =>
      this.readSlice({ after: position, types, limit: Math.min(PAGE_SIZE, left) });
    let last = after;
    let ahead = left > 0 ? next(after) : undefined;
    while (ahead) {
      const { records, upTo, more, blockedBy } = await ahead;
      if (upTo > last) stuckSince = undefined;
      last = upTo;
      left -= records.length;
      ahead = more && left > 0 ? next(upTo) : undefined;
      if (ahead) await sendAhead(ahead);
      if (records.length > 0) yield records;
      if (ahead) continue;
      if (!blockedBy || left <= 0) return;
      stuckSince ??= performance.now();
      if (performance.now() - stuckSince >= PATIENCE) return;
      await sleep(POLL_INTERVAL);
      ahead = next(upTo);
    }
  }

  async readSlice(query: SliceQuery): Promise<JournalSlice> {
    return this.#slices.read(query);
  }

  knownSlice(query: SliceQuery): JournalSlice | undefined {
    return this.recent.slice(query);
  }

  async head(): Promise<bigint> {
    const rows = await this.dataSource.query<{ head: string }[]>(
      `select coalesce(max(position), 0)::text as head from ${this.table.path}`,
    );
    return BigInt(rows[0]!.head);
  }

  async settledHead(patience: number): Promise<bigint> {
    const head = await this.head();
    const deadline = performance.now() + patience;
    while ((await this.#slices.isOpenBelow(head)) && performance.now() < deadline) await sleep(POLL_INTERVAL);
    return head;
  }

  async count({ types, after = 0n, upTo }: CountQuery): Promise<bigint> {
    const rows = await this.dataSource.query<{ count: string }[]>(
      `select count(*)::text as count from ${this.table.path}
       where event_type = any($1::text[]) and position > $2 and position <= $3`,
      [types, after.toString(), upTo.toString()],
    );
    return BigInt(rows[0]!.count);
  }

  async version(aggregateType: string, aggregateId: string): Promise<number> {
    const rows = await this.dataSource.query<{ version: number }[]>(
      `select coalesce(max(aggregate_version), 0) as version from ${this.table.path}
       where aggregate_type = $1 and aggregate_id = $2`,
      [aggregateType, aggregateId],
    );
    return rows[0]!.version;
  }

  #sourceOf(query: StreamQuery): PageSource {
    const { transaction, backwards, asOf } = query;
    const manager = transaction && callersTransaction(transaction, this.dataSource);
    if (backwards || asOf) return pagesByStatement(manager ?? this.dataSource, this.table, query);
    if (!manager && this.#isLarge && this.#prepared.isPossible)
      return pagesPrepared(this.#prepared, this.#page, query);
    const fetch = pagesByFunction(manager ?? this.#prepared, this.#readStream, query);
    return async (range) => {
      const page = await fetch(range);
      this.#isLarge ||= page.length > 0 && page.at(-1)!.position >= LARGE;
      return page;
    };
  }
}
