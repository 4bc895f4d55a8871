import type { DataSource } from 'typeorm';
import type { HoleHolder, JournalSlice, SliceQuery } from '../store/index.js';
import { callersTransaction } from './callers-transaction.js';
import type { EventTable } from './event-tables.js';
import { InFlightWriters } from './in-flight-writers.js';
import { SCAN_SIZE, sliceSql, toScan, type Scan, type SliceRow } from './slice-sql.js';
import type { Sql } from './sql.js';

/** How many positions are worth looking at, even for one event. */
const LEAST_SCAN = 200;

interface WatchedHole {
  readonly position: bigint;
  /** Names of transactions. */
  readonly mayBeFilledBy: readonly string[];
}

/** Reads the journal forward for all who follow it in this process; what one of them finds out helps the others. */
export class SliceReader {
  readonly #writers: InFlightWriters;
  #hole: WatchedHole | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly table: EventTable,
  ) {
    this.#writers = new InFlightWriters(dataSource, table);
  }

  /** @see JournalReader.readSlice */
  async read(query: SliceQuery): Promise<JournalSlice> {
    const { after } = query;
    if (after + 1n === this.#hole?.position && !query.beyondHoles) {
      const holders = await this.#sameHolders(this.#hole);
      if (holders)
        return { records: [], upTo: after, more: false, blockedBy: { position: after + 1n, holders } };
    }
    const { records, upTo, hole, more } = await this.#scan(query);
    if (hole === undefined) return { records, upTo, more };
    await this.#writers.look();
    const writers = this.#writers.whoMayFill(hole);
    // Not in this snapshot, which may be older than their commits: the next one decides.
    if (writers.size === 0) return { records, upTo, more: true };
    this.#hole = { position: hole, mayBeFilledBy: [...writers.keys()] };
    return { records, upTo, more: false, blockedBy: { position: hole, holders: [...writers.values()] } };
  }

  /** Whether something that is not visible may yet come below a position. */
  async isOpenBelow(position: bigint): Promise<boolean> {
    await this.#writers.look();
    return this.#writers.whoMayFill(position).size > 0;
  }

  /** Looks at few positions where much of what is there is asked for, as it is for most handlers, and else at many. */
  async #scan(query: SliceQuery): Promise<Scan> {
    const { limit, partition } = query;
    const few = Math.max(limit, LEAST_SCAN) * (partition?.of ?? 1);
    if (few >= SCAN_SIZE) return this.#scanOnce(query, SCAN_SIZE);
    const near = await this.#scanOnce(query, few);
    if (!near.more || near.records.length * 2 >= limit) return near;
    const rest = { ...query, after: near.upTo, limit: limit - near.records.length };
    const far = await this.#scanOnce(rest, SCAN_SIZE);
    return { ...far, records: [...near.records, ...far.records] };
  }

  async #scanOnce(query: SliceQuery, scanSize: number): Promise<Scan> {
    // What becomes known while the statement runs does not hold for its snapshot.
    const { sql, parameters } = sliceSql(this.table, query, this.#writers.settled, scanSize);
    const { transaction, after } = query;
    const connection: Sql = transaction ? callersTransaction(transaction, this.dataSource) : this.dataSource;
    return toScan(await connection.query<SliceRow[]>(sql, parameters), after);
  }

  /** Nobody who may fill a hole has ended: nothing can have changed there, and the table need not be read. */
  async #sameHolders({ position, mayBeFilledBy }: WatchedHole): Promise<readonly HoleHolder[] | undefined> {
    await this.#writers.look();
    const now = this.#writers.whoMayFill(position);
    return mayBeFilledBy.every((id) => now.has(id)) ? [...now.values()] : undefined;
  }
}
