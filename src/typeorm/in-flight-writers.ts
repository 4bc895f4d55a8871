import type { DataSource } from 'typeorm';
import type { HoleHolder } from '../store/index.js';
import type { EventTable } from './event-tables.js';
import { toHolder, writersSql, type WriterRow } from './writers-sql.js';

/** How far the positions of the journal are decided. */
export interface Settled {
  /** A position up to here that is missing in a snapshot taken from now on will be missing for ever. */
  readonly upTo: bigint;
  /** The life of the table that this was found out in; it says nothing about another one. */
  readonly life: string;
}

interface Writer {
  /** Whatever it has drawn, or will draw, lies above this. */
  readonly floor: bigint;
  readonly holder: HoleHolder;
}

/**
 * Knows which transactions may still bring positions that were drawn but are not visible.
 *
 * A position is drawn inside the INSERT, so its transaction holds the table's RowExclusiveLock from before that until
 * after its rows have become visible. Of all below the highest position that a snapshot shows, those that are missing
 * belong to somebody who holds the lock after that snapshot, or to nobody any more. A writer that did not hold the
 * lock at the look before has drawn nothing below what was visible then; so new writers do not matter to old holes.
 * Transactions that do not write to the journal do not count.
 */
export class InFlightWriters {
  readonly #sql: string;
  #settled: Settled = { upTo: 0n, life: '' };
  #head = 0n;
  #writers: ReadonlyMap<string, Writer> = new Map();
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly table: EventTable,
  ) {
    this.#sql = writersSql(table);
  }

  /** What is known without another look. */
  get settled(): Settled {
    return this.#settled;
  }

  /** Looks who is writing now; those who ask while a look is under way share the one after it. */
  look(): Promise<void> {
    if (!this.#next) {
      const next = this.#last.then(() => {
        this.#next = undefined;
        return this.#look();
      });
      this.#next = next;
      this.#last = next.catch(() => undefined);
    }
    return this.#next;
  }

  /** Who of those seen by the last look may fill a hole, by the name of the transaction. */
  whoMayFill(position: bigint): ReadonlyMap<string, HoleHolder> {
    const found = [...this.#writers].filter(([, { floor }]) => floor < position);
    return new Map(found.map(([id, { holder }]) => [id, holder]));
  }

  async #look(): Promise<void> {
    const rows = await this.dataSource.query<WriterRow[]>(this.#sql, [this.table.path]);
    const { life, head } = rows[0]!;
    if (life !== this.#settled.life) {
      this.#settled = { upTo: 0n, life };
      this.#head = 0n;
      this.#writers = new Map();
    }
    const writers = new Map<string, Writer>();
    for (const row of rows) {
      if (row.id !== null) writers.set(row.id, { floor: this.#floor(row.id), holder: toHolder(row) });
    }
    this.#writers = writers;
    this.#head = BigInt(head);
    this.#settled = { upTo: lowest(this.#head, writers.values()), life };
  }

  #floor(id: string): bigint {
    const known = this.#writers.get(id);
    if (known) return known.floor;
    // A prepared transaction that the server has recovered from a crash: it had another name before.
    return id.startsWith('-1/') ? this.#settled.upTo : this.#head;
  }
}

function lowest(head: bigint, writers: Iterable<Writer>): bigint {
  let least = head;
  for (const { floor } of writers) if (floor < least) least = floor;
  return least;
}
