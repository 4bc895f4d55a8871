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
import { readSnapshot } from './snapshot-reading.js';
import { deleteOlderSql, streamsSql, writeSnapshotSql } from './snapshot-sql.js';
import { SNAPSHOT_COLUMNS, snapshotTable } from './snapshot-table.js';

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
  readonly #prepared: PreparedSql;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
    this.#prepared = new PreparedSql(dataSource);
    this.#journal = journalTable(dataSource);
    this.#snapshot = snapshotTable(dataSource);
    this.#readTail = readFunctions({ journal: this.#journal, snapshot: this.#snapshot }).snapshot;
  }

  async read(query: SnapshotQuery): Promise<SnapshotAnswer> {
    const { transaction } = query;
    const sql = transaction ? callersTransaction(transaction, this.#dataSource) : this.#prepared;
    return readSnapshot(sql, this.#readTail, query);
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
}
