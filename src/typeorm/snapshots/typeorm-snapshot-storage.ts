import type { DataSource } from 'typeorm';
import type {
  SnapshotAnswer,
  SnapshotQuery,
  SnapshotRecord,
  SnapshotStorage,
  SnapshottedStream,
  StreamsQuery,
} from '../../snapshots/index.js';
import { callersTransaction } from '../callers-transaction.js';
import { journalTable, type EventTable } from '../event-tables.js';
import { assertColumns } from '../journal-preparation.js';
import { PreparedSql } from '../prepared-sql.js';
import { readFunctions } from '../read-functions.js';
import { preparedTailSql, readSnapshot, readSnapshotPrepared } from './snapshot-reading.js';
import { deleteOlderSql, streamsSql, writeSnapshotSql } from './snapshot-sql.js';
import { SNAPSHOT_COLUMNS, snapshotTable } from './snapshot-table.js';

/** In pages: no plan reads all of so large a table to find a row by its key, which costs as much as eight of them. */
const LARGE = 20;
const LOADS_BETWEEN_LOOKS = 1000;

interface StreamRow {
  readonly aggregate_id: string;
  readonly version: number;
  readonly aggregate_version: number | null;
  readonly snapshot_version: number;
  readonly shape: string;
}

/** Snapshots in PostgreSQL, beside the journal of a TypeORM data source. */
export class TypeOrmSnapshotStorage implements SnapshotStorage {
  readonly #dataSource: DataSource;
  readonly #journal: EventTable;
  readonly #snapshot: EventTable;
  readonly #readTail: string;
  readonly #preparedTail: string;
  readonly #prepared: PreparedSql;
  #isLarge = false;
  #untilNextLook = 0;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
    this.#prepared = new PreparedSql(dataSource);
    this.#journal = journalTable(dataSource);
    this.#snapshot = snapshotTable(dataSource);
    this.#readTail = readFunctions({ journal: this.#journal, snapshot: this.#snapshot }).snapshot;
    this.#preparedTail = preparedTailSql(this.#journal, this.#snapshot);
  }

  async read(query: SnapshotQuery): Promise<SnapshotAnswer> {
    const { transaction, asOf } = query;
    if (transaction)
      return readSnapshot(callersTransaction(transaction, this.#dataSource), this.#readTail, query);
    if (asOf || !this.#prepared.isPossible || !(this.#isLarge || (await this.#look())))
      return readSnapshot(this.#prepared, this.#readTail, query);
    return readSnapshotPrepared(this.#prepared, this.#preparedTail, query);
  }

  async write(snapshot: SnapshotRecord): Promise<void> {
    await this.#dataSource.query(writeSnapshotSql(this.#snapshot), [
      snapshot.aggregateType,
      snapshot.aggregateId,
      snapshot.aggregateVersion,
      snapshot.snapshotVersion,
      snapshot.eventId,
      snapshot.until.getTime().toString(),
      snapshot.shape,
      snapshot.checksum,
      snapshot.state,
    ]);
  }

  async discard({
    aggregateType,
    aggregateId,
    aggregateVersion,
    checksum,
    state,
  }: SnapshotRecord): Promise<void> {
    await this.#dataSource.query(
      `delete from ${this.#snapshot.path}
       where aggregate_type = $1 and aggregate_id = $2 and aggregate_version = $3
         and (checksum, state) = ($4, $5)`,
      [aggregateType, aggregateId, aggregateVersion, checksum, state],
    );
  }

  async streams({ aggregateType, after, limit }: StreamsQuery): Promise<readonly SnapshottedStream[]> {
    const rows = await this.#dataSource.query<StreamRow[]>(streamsSql(this.#journal, this.#snapshot), [
      aggregateType,
      after ?? null,
      limit,
    ]);
    return rows.map(({ aggregate_id, version, aggregate_version, snapshot_version, shape }) => ({
      aggregateId: aggregate_id,
      version,
      snapshot:
        aggregate_version === null
          ? undefined
          : { aggregateVersion: aggregate_version, snapshotVersion: snapshot_version, shape },
    }));
  }

  async delete(aggregateType: string, aggregateId: string): Promise<number> {
    const rows = await this.#dataSource.query<[{ deleted: number }]>(
      `with deleted as (
         delete from ${this.#snapshot.path} where aggregate_type = $1 and aggregate_id = $2 returning 1
       ) select count(*)::int as deleted from deleted`,
      [aggregateType, aggregateId],
    );
    return rows[0].deleted;
  }

  async deleteOlder(
    { aggregateType, after, limit }: StreamsQuery,
    keep: number,
  ): Promise<{ deleted: number; last: string | undefined }> {
    const rows = await this.#dataSource.query<[{ deleted: number; last: string | null }]>(
      deleteOlderSql(this.#snapshot),
      [aggregateType, after ?? null, limit, keep],
    );
    const [{ deleted, last }] = rows;
    return { deleted, last: last ?? undefined };
  }

  async prepare(): Promise<void> {
    await assertColumns(this.#dataSource, this.#snapshot, SNAPSHOT_COLUMNS);
  }

  /** Finds out whether no plan does without the indexes: the function always uses them, but a statement may not. */
  async #look(): Promise<boolean> {
    if (this.#untilNextLook-- > 0) return this.#isLarge;
    this.#untilNextLook = LOADS_BETWEEN_LOOKS;
    const [found] = await this.#dataSource.query<[{ pages: number }]>(
      `select least(pg_relation_size($1::regclass), pg_relation_size($2::regclass))::float8
         / current_setting('block_size')::int as pages`,
      [this.#journal.path, this.#snapshot.path],
    );
    return (this.#isLarge = found.pages >= LARGE);
  }
}
