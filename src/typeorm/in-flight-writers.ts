import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { EventTable } from './event-tables.js';

/** How long a reader waits at a hole for the transactions that may fill it, in milliseconds. */
const PATIENCE = 200;
const POLL_INTERVAL = 5;

/** Knows which transactions may still bring positions that were drawn but are not visible. */
export class InFlightWriters {
  constructor(
    private readonly dataSource: DataSource,
    private readonly table: EventTable,
  ) {}

  /**
   * Waits a little for every transaction that is writing to the journal now.
   *
   * A position is drawn inside the INSERT, so its transaction holds the table's RowExclusiveLock from before that
   * until after it has become visible. Once all who hold it now are gone, whatever is missing below a position that
   * was visible before the call is missing for good. Transactions that do not write to the journal do not count.
   *
   * @returns whether all are gone.
   */
  async settle(): Promise<boolean> {
    let writers = await this.#writers();
    const deadline = performance.now() + PATIENCE;
    while (writers.size > 0 && performance.now() < deadline) {
      await sleep(POLL_INTERVAL);
      const now = await this.#writers();
      writers = new Set([...writers].filter((writer) => now.has(writer)));
    }
    return writers.size === 0;
  }

  async #writers(): Promise<Set<string>> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `select distinct virtualtransaction as id from pg_locks
       where locktype = 'relation' and relation = $1::regclass and mode = 'RowExclusiveLock' and granted
         and database = (select oid from pg_database where datname = current_database())`,
      [this.table.path],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
