import type { DataSource } from 'typeorm';
import type { HoleHolder, JournalRecord, JournalSlice, SliceQuery } from '../store/index.js';
import { callersTransaction } from './callers-transaction.js';
import { scanDense, type Scan } from './dense-scan.js';
import type { EventTable } from './event-tables.js';
import { InFlightWriters, type Settled } from './in-flight-writers.js';
import { STREAM_EVENT_TEXTS, streamTextsToRecord } from './event-columns.js';
import { LARGE, RECORD_COLUMNS, toRecord, type JournalRow } from './journal-sql.js';
import { PreparedSql } from './prepared-sql.js';
import { beyondSql, denseSql, settledSql, type Beyond } from './slice-sql.js';
import type { Sql, Statement } from './sql.js';

/** How many rows near the end of the journal are worth reading, even for one event. */
const LEAST_SCAN = 200;
/** The most events in one answer, whatever is asked for. */
const MOST = 2_000;
/** Statements whose size is a multiple of this are prepared. */
const ROUND = 100;
/** How many settled positions one statement looks at, however few events are asked for. */
const SPAN = 10_000n;

interface WatchedHole {
  readonly position: bigint;
  /** Names of transactions. */
  readonly mayBeFilledBy: readonly string[];
}

/**
 * Reads the journal forward for all who follow it in this process; what one of them finds out helps the others.
 *
 * Where nobody can fill anything any more, holes mean nothing, and only what is asked for is read. Near the end of the
 * journal all is read, to see the holes.
 */
export class SliceReader {
  readonly #prepared: PreparedSql;
  readonly #writers: InFlightWriters;
  #hole: WatchedHole | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly table: EventTable,
  ) {
    this.#prepared = new PreparedSql(dataSource);
    this.#writers = new InFlightWriters(dataSource, table);
  }

  /** @see JournalReader.readSlice */
  async read(asked: SliceQuery): Promise<JournalSlice> {
    const query = { ...asked, limit: Math.min(asked.limit, MOST) };
    const { after } = query;
    if (after + 1n === this.#hole?.position && !query.beyondHoles) {
      const holders = await this.#sameHolders(this.#hole);
      if (holders)
        return { records: [], upTo: after, more: false, blockedBy: { position: after + 1n, holders } };
    }
    // What becomes known while a statement runs does not hold for its snapshot.
    const { settled } = this.#writers;
    // Nor for that of a caller's transaction, which may be older.
    if (after >= settled.upTo || query.transaction) return this.#readOpen(query);
    const { records, upTo, isCut } = await this.#readSettled(query, settled);
    if (isCut || upTo < settled.upTo) return { records, upTo, more: true };
    const rest = await this.#readOpen({ ...query, after: upTo, limit: query.limit - records.length });
    return { ...rest, records: [...records, ...rest.records] };
  }

  /** Whether something that is not visible may yet come below a position. */
  async isOpenBelow(position: bigint): Promise<boolean> {
    await this.#writers.look();
    return this.#writers.whoMayFill(position).size > 0;
  }

  async #readSettled(query: SliceQuery, settled: Settled): Promise<Scan> {
    const { after, limit } = query;
    const upTo = settled.upTo - after > SPAN ? after + SPAN : settled.upTo;
    const part = { ...settled, upTo };
    const records = await this.#read(query, limit, (columns) => settledSql(this.table, columns, query, part));
    if (records.length === limit) return { records, upTo: records.at(-1)!.position, isCut: true };
    if (records.length > 0) return { records, upTo };
    const { text, parameters } = beyondSql(this.table, upTo, settled);
    const [beyond] = await this.dataSource.query<Beyond[]>(text, parameters);
    if (!beyond!.same_life) {
      await this.#writers.look();
      return { records, upTo: after, isCut: true };
    }
    // Sequences jump, and then there would be many spans without anything.
    const last = beyond!.first === null ? settled.upTo : BigInt(beyond!.first) - 1n;
    return { records, upTo: last < settled.upTo ? last : settled.upTo };
  }

  async #readOpen(query: SliceQuery): Promise<JournalSlice> {
    const size = Math.max(query.limit, LEAST_SCAN);
    const { transaction, after } = query;
    const all = await this.#read(query, size, (columns) => denseSql(this.table, columns, after, size));
    const { records, upTo, hole, isCut = false } = scanDense(all, query);
    if (hole === undefined) {
      const more = isCut || all.length === size;
      // Much may be left, most of which is settled: then it need not be read to find what is asked for.
      if (more && !transaction) await this.#writers.look();
      return { records, upTo, more };
    }
    await this.#writers.look();
    const writers = this.#writers.whoMayFill(hole);
    // Not in this snapshot, which may be older than their commits: the next one decides.
    if (writers.size === 0) return { records, upTo, more: true };
    this.#hole = { position: hole, mayBeFilledBy: [...writers.keys()] };
    return { records, upTo, more: false, blockedBy: { position: hole, holders: [...writers.values()] } };
  }

  /**
   * Sends a statement that answers so many events at most.
   *
   * It has a name where PostgreSQL would plan it the same way each time, and where there are few of them: its size is in
   * its text, because a plan for any size would look dearer than it is.
   */
  async #read(
    { after, transaction }: SliceQuery,
    size: number,
    statement: (columns: string) => Statement,
  ): Promise<JournalRecord[]> {
    if (!transaction && after >= LARGE && size % ROUND === 0 && this.#prepared.isPossible) {
      const { text, parameters } = statement(STREAM_EVENT_TEXTS);
      return (await this.#prepared.texts(text, parameters)).map(streamTextsToRecord);
    }
    const { text, parameters } = statement(RECORD_COLUMNS);
    const sql: Sql = transaction ? callersTransaction(transaction, this.dataSource) : this.dataSource;
    return (await sql.query<JournalRow[]>(text, parameters)).map(toRecord);
  }

  /** Nobody who may fill a hole has ended: nothing can have changed there, and the table need not be read. */
  async #sameHolders({ position, mayBeFilledBy }: WatchedHole): Promise<readonly HoleHolder[] | undefined> {
    await this.#writers.look();
    const now = this.#writers.whoMayFill(position);
    return mayBeFilledBy.every((id) => now.has(id)) ? [...now.values()] : undefined;
  }
}
