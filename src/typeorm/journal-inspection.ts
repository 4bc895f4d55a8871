import { DataSource } from 'typeorm';
import type { JournalRecord, SchemaArchive } from '../store/index.js';
import { journalTable } from './event-tables.js';
import { RECORD_COLUMNS, toRecord, type JournalRow } from './journal-sql.js';
import { StreamPages } from './stream-pages.js';
import { pagesByStatement } from './stream-sql.js';
import { TypeOrmSchemaArchive } from './typeorm-schema-archive.js';

/** Looks into the journal of a database, for who has no application. It only reads. */
export class JournalInspection {
  readonly archive: SchemaArchive;
  readonly #dataSource: DataSource;

  private constructor(dataSource: DataSource) {
    this.archive = new TypeOrmSchemaArchive(dataSource);
    this.#dataSource = dataSource;
  }

  /** @param schema the PostgreSQL schema of the tables; the search path decides without it. */
  static async open(url: string, schema?: string): Promise<JournalInspection> {
    const dataSource = new DataSource({ type: 'postgres', url, schema, poolSize: 2 });
    return new JournalInspection(await dataSource.initialize());
  }

  /** The event of an id, if there is one. @param id a UUID. */
  async event(id: string): Promise<JournalRecord | undefined> {
    const { path } = journalTable(this.#dataSource);
    const [row] = await this.#dataSource.query<JournalRow[]>(
      `select ${RECORD_COLUMNS} from ${path} where event_id = $1::uuid`,
      [id],
    );
    return row && toRecord(row);
  }

  /** The events of a stream by their versions, in pages. */
  stream(aggregateType: string, aggregateId: string): AsyncIterable<readonly JournalRecord[]> {
    const query = { aggregateType, aggregateId };
    // By a statement: an older deployment's database does not have the functions that read.
    const source = pagesByStatement(this.#dataSource, journalTable(this.#dataSource), query);
    return new StreamPages(query, source);
  }

  async close(): Promise<void> {
    await this.#dataSource.destroy();
  }
}
