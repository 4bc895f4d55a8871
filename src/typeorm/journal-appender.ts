import { QueryFailedError, type DataSource } from 'typeorm';
import {
  ConcurrencyError,
  findRepetition,
  isExpected,
  type AppendResult,
  type ExpectedVersion,
  type JournalRecord,
  type StreamAppend,
} from '../store/index.js';
import type { TransactionManager } from './callers-transaction.js';
import { EVENT_ID_CONSTRAINT, STREAM_CONSTRAINT } from './event-journal-entry.entity.js';
import type { EventTable } from './event-tables.js';
import {
  ANY_VERSION,
  appendSql,
  RECORD_COLUMNS,
  STREAM_EXISTS,
  toRecord,
  type AppendedRow,
  type JournalRow,
} from './journal-sql.js';
import { toRowMetadata } from './row-metadata.js';
import type { Sql } from './sql.js';
import { inTurn } from './transaction-turns.js';

/** How often an append that expects no particular version is tried against others that do the same. */
const MAX_ATTEMPTS = 1000;

/** Appends to the journal in PostgreSQL, and finds out why where it is refused. */
export class JournalAppender {
  readonly #sql: string;

  constructor(
    private readonly dataSource: DataSource,
    private readonly table: EventTable,
  ) {
    this.#sql = appendSql(table);
  }

  /** @param manager of a caller's transaction; a refused append leaves that transaction usable. */
  async append(appends: readonly StreamAppend[], manager?: TransactionManager): Promise<AppendResult> {
    if (!manager) return this.#append(appends);
    return inTurn(manager.queryRunner, () => this.#append(appends, manager));
  }

  async #append(appends: readonly StreamAppend[], manager?: TransactionManager): Promise<AppendResult> {
    const sql: Sql = manager ?? this.dataSource;
    let seen: readonly number[] | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const rows = await this.#try(appends, manager);
      if (rows && rows.length > 0) return { records: merge(appends, rows), repeated: false };
      const repeated = await this.#findRepetition(appends, sql);
      if (repeated) return { records: repeated, repeated: true };
      const versions = await this.#versions(appends, sql);
      assertExpected(appends, versions);
      // A race was lost to somebody whose events do not show: the transaction's snapshot is older than they are.
      const stale = seen?.every((version, index) => version === versions[index]) ?? false;
      if (stale) throw staleSnapshot(appends[0]!, versions[0]!);
      if (attempt >= MAX_ATTEMPTS) throw conflict(appends[0]!, versions[0]!);
      seen = versions;
    }
  }

  /** The stored rows; none when a stream is not as expected, `null` when a race was lost. */
  async #try(appends: readonly StreamAppend[], manager?: TransactionManager): Promise<AppendedRow[] | null> {
    try {
      const parameters = toParameters(appends);
      if (!manager) return await this.dataSource.query<AppendedRow[]>(this.#sql, parameters);
      // In a transaction of its own inside the caller's (a savepoint), which a lost race does not abort.
      return await manager.transaction((nested) => nested.query<AppendedRow[]>(this.#sql, parameters));
    } catch (error) {
      if (isLostRace(error)) return null;
      throw error;
    }
  }

  async #findRepetition(appends: readonly StreamAppend[], sql: Sql): Promise<JournalRecord[] | undefined> {
    const ids = appends.flatMap(({ records }) => records.map(({ eventId }) => eventId));
    const rows = await sql.query<JournalRow[]>(
      `select ${RECORD_COLUMNS} from ${this.table.path} where event_id = any($1::uuid[])`,
      [ids],
    );
    return findRepetition(appends, new Map(rows.map((row) => [row.event_id, toRecord(row)])));
  }

  async #versions(appends: readonly StreamAppend[], sql: Sql): Promise<number[]> {
    const rows = await sql.query<{ version: number }[]>(
      `select coalesce((
         select max(j.aggregate_version) from ${this.table.path} j
         where j.aggregate_type = s.aggregate_type and j.aggregate_id = s.aggregate_id
       ), 0) as version
       from unnest($1::text[], $2::text[]) with ordinality as s (aggregate_type, aggregate_id, n) order by s.n`,
      [appends.map(({ aggregateType }) => aggregateType), appends.map(({ aggregateId }) => aggregateId)],
    );
    return rows.map(({ version }) => version);
  }
}

function assertExpected(appends: readonly StreamAppend[], versions: readonly number[]): void {
  appends.forEach((append, index) => {
    const actualVersion = versions[index]!;
    if (!isExpected(append.expectedVersion, actualVersion)) throw conflict(append, actualVersion);
  });
}

function staleSnapshot(append: StreamAppend, actualVersion: number): ConcurrencyError {
  const { aggregateType, aggregateId } = append;
  return conflict(
    append,
    actualVersion,
    `${aggregateType} ${JSON.stringify(aggregateId)} was appended to by somebody else after this transaction took its ` +
      `snapshot, in which it is at version ${actualVersion}. Nothing was stored: run the whole transaction again.`,
  );
}

function conflict(append: StreamAppend, actualVersion: number, message?: string): ConcurrencyError {
  const { aggregateType, aggregateId, expectedVersion } = append;
  return new ConcurrencyError({ aggregateType, aggregateId, expectedVersion, actualVersion }, message);
}

function toParameters(appends: readonly StreamAppend[]): unknown[] {
  const rows = appends.flatMap(({ records }, stream) =>
    records.map((record, index) => ({
      record,
      metadata: toRowMetadata(record),
      stream: stream + 1,
      step: index + 1,
    })),
  );
  return [
    appends.map(({ aggregateType }) => aggregateType),
    appends.map(({ aggregateId }) => aggregateId),
    appends.map(({ expectedVersion }) => toNumber(expectedVersion)),
    rows.map(({ stream }) => stream),
    rows.map(({ step }) => step),
    rows.map(({ record }) => record.eventId),
    rows.map(({ record }) => record.eventType),
    rows.map(({ record }) => record.eventVersion),
    rows.map(({ record }) => (typeof record.data === 'string' ? record.data : null)),
    rows.map(({ record }) => record.dataTypes),
    rows.map(({ metadata }) => metadata.metadata),
    rows.map(({ record }) => (typeof record.data === 'string' ? null : record.data)),
    rows.map(({ metadata }) => metadata.correlationId),
    rows.map(({ metadata }) => metadata.causationId),
  ];
}

function toNumber(expected: ExpectedVersion): number {
  switch (expected) {
    case 'any':
      return ANY_VERSION;
    case 'stream-exists':
      return STREAM_EXISTS;
    case 'no-stream':
      return 0;
    default:
      return expected;
  }
}

function merge(appends: readonly StreamAppend[], rows: readonly AppendedRow[]): JournalRecord[] {
  const stored = new Map(rows.map((row) => [row.event_id, row]));
  return appends.flatMap(({ aggregateType, aggregateId, records }) =>
    records.map((record) => {
      const row = stored.get(record.eventId)!;
      return {
        ...record,
        aggregateType,
        aggregateId,
        aggregateVersion: row.aggregate_version,
        position: BigInt(row.journal_position),
        createdAt: new Date(Number(row.created)),
      };
    }),
  );
}

function isLostRace(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const { code, constraint } = error.driverError as { code?: string; constraint?: string };
  return code === '23505' && (constraint === STREAM_CONSTRAINT || constraint === EVENT_ID_CONSTRAINT);
}
