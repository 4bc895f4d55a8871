import { QueryFailedError, type DataSource } from 'typeorm';
import {
  StaleSnapshotError,
  type SchemaArchive,
  type Transaction,
  type WrittenSchema,
} from '../store/index.js';
import { callersTransaction, type TransactionManager } from './callers-transaction.js';
import { schemaTable } from './event-tables.js';
import { findSchemasSql, keepSchemasSql, type FoundRow, type KeptRow } from './schema-archive-sql.js';
import type { Sql } from './sql.js';
import { inTurn } from './transaction-turns.js';

/** How often schemas are tried to be kept against others who keep the same ones at the same time. */
const MAX_ATTEMPTS = 100;

/** The schema archive in PostgreSQL, on a TypeORM data source of the application's. */
export class TypeOrmSchemaArchive implements SchemaArchive {
  readonly #dataSource: DataSource;
  readonly #findSql: string;
  readonly #keepSql: string;

  constructor(dataSource: DataSource) {
    const table = schemaTable(dataSource);
    this.#dataSource = dataSource;
    this.#findSql = findSchemasSql(table);
    this.#keepSql = keepSchemasSql(table);
  }

  async find(eventTypes: readonly string[]): Promise<readonly WrittenSchema[]> {
    if (eventTypes.length === 0) return [];
    const rows = await this.#dataSource.query<FoundRow[]>(this.#findSql, [eventTypes]);
    return rows.map((row) => ({
      eventType: row.event_type,
      eventVersion: row.event_version,
      aggregateType: row.aggregate_type,
      fingerprint: row.fingerprint,
      definition: JSON.parse(row.definition) as unknown,
    }));
  }

  async keep(
    schemas: readonly WrittenSchema[],
    transaction?: Transaction,
  ): Promise<readonly WrittenSchema[]> {
    const manager = transaction && callersTransaction(transaction, this.#dataSource);
    if (schemas.length === 0) return [];
    if (!manager) return this.#keep(schemas);
    return inTurn(manager.queryRunner, () => this.#keep(schemas, manager));
  }

  async #keep(schemas: readonly WrittenSchema[], manager?: TransactionManager): Promise<WrittenSchema[]> {
    let cause: unknown;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      try {
        // A refusal must not abort the caller's transaction, so it happens in a savepoint.
        const kept = manager
          ? await manager.transaction((nested) => this.#try(schemas, nested))
          : await this.#try(schemas, this.#dataSource);
        if (kept) return kept;
      } catch (error) {
        if (!isSerializationFailure(error)) throw error;
        cause = error;
        // The snapshot of a caller's transaction will not get younger; outside of one, each attempt has its own.
        if (manager) break;
      }
    }
    throw new StaleSnapshotError(schemas, { cause });
  }

  /** What is kept; `undefined` when some of it was committed after the statement began, and shows in the next. */
  async #try(schemas: readonly WrittenSchema[], sql: Sql): Promise<WrittenSchema[] | undefined> {
    const rows = await sql.query<KeptRow[]>(this.#keepSql, [
      schemas.map(({ eventType }) => eventType),
      schemas.map(({ eventVersion }) => eventVersion),
      schemas.map(({ aggregateType }) => aggregateType),
      schemas.map(({ fingerprint }) => fingerprint),
      schemas.map(({ definition }) => JSON.stringify(definition)),
    ]);
    const kept = rows.flatMap((row, index) => {
      if (row.definition === null) return [];
      const { eventType, eventVersion } = schemas[index]!;
      const definition = JSON.parse(row.definition) as unknown;
      return {
        eventType,
        eventVersion,
        aggregateType: row.aggregate_type,
        fingerprint: row.fingerprint,
        definition,
      };
    });
    return kept.length === schemas.length ? kept : undefined;
  }
}

function isSerializationFailure(error: unknown): boolean {
  return error instanceof QueryFailedError && (error.driverError as { code?: string }).code === '40001';
}
