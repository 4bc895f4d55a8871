import { QueryFailedError, type DataSource } from 'typeorm';
import type { SchemaArchive, WrittenSchema } from '../store/index.js';
import { onConnectionApart } from './connection-apart.js';
import { schemaTable, type EventTable } from './event-tables.js';
import { JournalNotReadyError } from './journal.errors.js';
import {
  findSchemasSql,
  keepSchemasSql,
  type FoundRow,
  type KeptColumns,
  type KeptRow,
} from './schema-archive-sql.js';
import type { Sql } from './sql.js';

/** How often schemas are tried to be kept against others who keep the same ones at the same time. */
const MAX_ATTEMPTS = 100;

/** The schema archive in PostgreSQL, on a TypeORM data source of the application's. */
export class TypeOrmSchemaArchive implements SchemaArchive {
  readonly #dataSource: DataSource;
  readonly #table: EventTable;
  readonly #findSql: string;
  readonly #keepSql: string;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
    this.#table = schemaTable(dataSource);
    this.#findSql = findSchemasSql(this.#table);
    this.#keepSql = keepSchemasSql(this.#table);
  }

  async find(eventTypes: readonly string[]): Promise<readonly WrittenSchema[]> {
    if (eventTypes.length === 0) return [];
    const rows = await this.#dataSource.query<FoundRow[]>(this.#findSql, [eventTypes]);
    return rows.map((row) => toWritten({ eventType: row.event_type, eventVersion: row.event_version }, row));
  }

  /** @throws JournalNotReadyError when the database hides what is kept. */
  async keep(
    schemas: readonly WrittenSchema[],
    { apart = false }: { readonly apart?: boolean } = {},
  ): Promise<readonly WrittenSchema[]> {
    if (schemas.length === 0) return [];
    if (!apart) return this.#keep(schemas, this.#dataSource);
    return onConnectionApart(this.#dataSource, (sql) => this.#keep(schemas, sql));
  }

  async #keep(schemas: readonly WrittenSchema[], sql: Sql): Promise<WrittenSchema[]> {
    let cause: unknown;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      try {
        const kept = await this.#try(schemas, sql);
        if (kept) return kept;
      } catch (error) {
        // Where the default isolation is stricter, a statement that had to wait is refused; the next one sees more.
        if (!isSerializationFailure(error)) throw error;
        cause = error;
      }
    }
    throw new JournalNotReadyError(
      `Schemas can be neither added to the table ${this.#table.path} nor seen in it`,
      "Let the application's role see all of its rows.",
      { cause },
    );
  }

  /** What is kept; `undefined` when some of it was committed after the statement began, and shows in the next. */
  async #try(schemas: readonly WrittenSchema[], sql: Sql): Promise<WrittenSchema[] | undefined> {
    const rows = await sql.query<KeptRow[]>(this.#keepSql, [
      schemas.map(({ eventType }) => eventType),
      schemas.map(({ eventVersion }) => eventVersion),
      schemas.map(({ aggregateType }) => aggregateType),
      schemas.map(({ fingerprint }) => fingerprint),
      schemas.map(({ definition }) => JSON.stringify(definition)),
      schemas.map(({ upcastFrom }) => JSON.stringify(upcastFrom)),
    ]);
    const kept = rows.flatMap((row, index) =>
      row.definition === null ? [] : toWritten(schemas[index]!, row),
    );
    return kept.length === schemas.length ? kept : undefined;
  }
}

function toWritten(
  { eventType, eventVersion }: Pick<WrittenSchema, 'eventType' | 'eventVersion'>,
  row: KeptColumns,
): WrittenSchema {
  return {
    eventType,
    eventVersion,
    aggregateType: row.aggregate_type,
    fingerprint: row.fingerprint,
    definition: JSON.parse(row.definition) as unknown,
    upcastFrom: JSON.parse(row.upcast_from) as number[],
  };
}

function isSerializationFailure(error: unknown): boolean {
  return error instanceof QueryFailedError && (error.driverError as { code?: string }).code === '40001';
}
