import { QueryFailedError, type DataSource } from 'typeorm';
import {
  ConcurrencyError,
  findRepetition,
  type AppendResult,
  type JournalRecord,
  type StreamAppend,
} from '../store/index.js';
import { AppendStatements, LOST_RACE, type AppendOutcome } from './append-statements.js';
import type { TransactionManager } from './callers-transaction.js';
import { EVENT_ID_CONSTRAINT, STREAM_CONSTRAINT } from './event-journal-entry.entity.js';
import type { EventTable } from './event-tables.js';
import { RECORD_COLUMNS, toRecord, type JournalRow } from './journal-sql.js';
import { PipelinedConnection } from './pipelined-connection.js';
import { PreparedSql } from './prepared-sql.js';
import type { Sql } from './sql.js';
import { inTurn } from './transaction-turns.js';

/** How often an append that expects no particular version is tried against others that do the same. */
const MAX_ATTEMPTS = 1000;
/** How often a statement is sent that the database rolls back because of others. */
const MAX_ROLLBACKS = 100;

/** Appends to the journal in PostgreSQL, and finds out why where it is refused. */
export class JournalAppender {
  readonly #statements: AppendStatements;
  readonly #prepared: PreparedSql;
  readonly #pipelined: PreparedSql;

  constructor(
    private readonly dataSource: DataSource,
    private readonly table: EventTable,
  ) {
    this.#statements = new AppendStatements(table);
    this.#prepared = new PreparedSql(dataSource);
    this.#pipelined = new PreparedSql(dataSource, new PipelinedConnection(dataSource));
  }

  /**
   * Appends to all streams, or to none, in a statement of its own.
   *
   * @param manager of a caller's transaction; a refused append leaves that transaction usable.
   */
  append(appends: readonly StreamAppend[], manager?: TransactionManager): Promise<AppendResult> {
    if (!manager) return this.#append(appends);
    return inTurn(manager.queryRunner, () => this.#append(appends, manager));
  }

  /**
   * Appends to each of several streams by itself, in one statement; an error of one fails all.
   *
   * @param pipelined whether behind others on one connection.
   */
  share(appends: readonly StreamAppend[], pipelined: boolean): Promise<AppendOutcome[]> {
    return this.#statements.share(pipelined ? this.#pipelined : this.#prepared, appends);
  }

  /** The events of appends that are stored, by id: what was refused may have been made before. */
  async findStored(
    appends: readonly StreamAppend[],
    sql: Sql = this.dataSource,
  ): Promise<ReadonlyMap<string, JournalRecord>> {
    const ids = appends.flatMap(({ records }) => records.map(({ eventId }) => eventId));
    const rows = await sql.query<JournalRow[]>(
      `select ${RECORD_COLUMNS} from ${this.table.path} where event_id = any($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map((row) => [row.event_id, toRecord(row)]));
  }

  async #append(appends: readonly StreamAppend[], manager?: TransactionManager): Promise<AppendResult> {
    const sql: Sql = manager ?? this.dataSource;
    let seen: readonly number[] | undefined;
    let stale = false;
    for (let attempt = 1; ; attempt += 1) {
      const { records, refused } = await this.#try(appends, manager, stale);
      if (records) return { records, repeated: false };
      const repeated = findRepetition(appends, await this.findStored(appends, sql));
      if (repeated) return { records: repeated, repeated: true };
      if (refused) throw conflict(refused.append, refused.actualVersion);
      const versions = await this.#versions(appends, sql);
      // A race was lost to somebody whose events do not show: the transaction's snapshot is older than they are.
      if (stale) throw staleSnapshot(appends[0]!, versions[0]!);
      // Or a constraint of the application's was in the way, whose error the next attempt gets.
      stale = seen?.every((version, index) => version === versions[index]) ?? false;
      if (attempt >= MAX_ATTEMPTS) throw conflict(appends[0]!, versions[0]!);
      seen = versions;
    }
  }

  async #try(
    appends: readonly StreamAppend[],
    manager: TransactionManager | undefined,
    strictly: boolean,
  ): Promise<AppendOutcome> {
    const send = (sql: Sql): Promise<AppendOutcome> =>
      strictly ? this.#statements.strictly(sql, appends) : this.#statements.together(sql, appends);
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (!manager) return await send(this.#prepared);
        // In a transaction of its own inside the caller's (a savepoint), which a lost race does not abort.
        return await manager.transaction(send);
      } catch (error) {
        if (isLostRace(error, manager !== undefined)) {
          this.#statements.expectRaces();
          return LOST_RACE;
        }
        if (manager || !isRolledBack(error) || attempt >= MAX_ROLLBACKS) throw error;
      }
    }
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

function staleSnapshot(append: StreamAppend, actualVersion: number): ConcurrencyError {
  const { aggregateType, aggregateId } = append;
  return conflict(
    append,
    actualVersion,
    `${aggregateType} ${JSON.stringify(aggregateId)} was appended to by somebody else after this transaction took its ` +
      `snapshot, in which it is at version ${actualVersion}. Nothing was stored: run the whole transaction again.`,
  );
}

/** The error for an append to a stream that is at another version than expected. */
export function conflict(append: StreamAppend, actualVersion: number, message?: string): ConcurrencyError {
  const { aggregateType, aggregateId, expectedVersion } = append;
  return new ConcurrencyError({ aggregateType, aggregateId, expectedVersion, actualVersion }, message);
}

/** @param within whether it happened in a caller's transaction, whose snapshot may be older than what others stored. */
function isLostRace(error: unknown, within: boolean): boolean {
  const { code, constraint } = facts(error);
  if (within && code === '40001') return true;
  return code === '23505' && (constraint === STREAM_CONSTRAINT || constraint === EVENT_ID_CONSTRAINT);
}

/** Whether it can be tried again at once: a deadlock, or a conflict of serializable transactions. */
function isRolledBack(error: unknown): boolean {
  const { code } = facts(error);
  return code === '40001' || code === '40P01';
}

function facts(error: unknown): { code?: string; constraint?: string } {
  return error instanceof QueryFailedError ? (error.driverError as object) : {};
}
