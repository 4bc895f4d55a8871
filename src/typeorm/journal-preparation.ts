import type { DataSource, QueryRunner } from 'typeorm';
import { hasAppendFunctions, installAppendFunctions } from './append-functions.js';
import { hasAppendOnlyGuard, installAppendOnlyGuard } from './append-only-guard.js';
import { journalTable, lock, schemaTable, type EventTable } from './event-tables.js';
import { hasJournalView, installJournalView } from './journal-view/journal-view.js';
import { JournalNotReadyError } from './journal.errors.js';
import { hasReadFunctions, installReadFunctions } from './read-functions.js';
import { snapshotTable } from './snapshots/snapshot-table.js';

const JOURNAL_COLUMNS = [
  'position',
  'create_date',
  'aggregate_version',
  'event_version',
  'event_id',
  'event_type',
  'aggregate_type',
  'aggregate_id',
  'event_data',
  'event_data_types',
  'metadata',
  'event_bytes',
  'correlation_id',
  'causation_id',
];

const SCHEMA_COLUMNS = [
  'event_type',
  'event_version',
  'aggregate_type',
  'fingerprint',
  'definition',
  'upcast_from',
  'create_date',
];

/**
 * Checks that the tables of the journal and of its schemas exist and have their columns, and adds protection, view
 * and functions where they are missing: TypeORM's `synchronize` creates tables, but neither triggers nor functions.
 *
 * @throws JournalNotReadyError
 */
export async function prepareJournal(dataSource: DataSource): Promise<void> {
  assertPostgres(dataSource);
  const journal = journalTable(dataSource);
  const schemas = schemaTable(dataSource);
  await assertColumns(dataSource, journal, JOURNAL_COLUMNS);
  await assertColumns(dataSource, schemas, SCHEMA_COLUMNS);
  await assertPositionsGrow(dataSource, journal);
  for (const table of [journal, schemas]) {
    if (!(await hasAppendOnlyGuard(dataSource, table))) {
      const problem = `The table ${table.path} is not protected against UPDATE and DELETE`;
      await install(dataSource, problem, (runner) => installAppendOnlyGuard(runner, table));
    }
  }
  if (!(await hasJournalView(dataSource, journal))) {
    const problem = `The table ${journal.path} has no view that shows its payloads as JSON`;
    await install(dataSource, problem, (runner) => installJournalView(runner, journal, schemas));
  }
  if (!(await hasAppendFunctions(dataSource, journal))) {
    const problem = `The functions that append to ${journal.path} are missing`;
    await install(dataSource, problem, (runner) => installAppendFunctions(runner, journal));
  }
  const tables = { journal, snapshot: snapshotTable(dataSource) };
  if (!(await hasReadFunctions(dataSource, tables))) {
    const problem = `The functions that read ${journal.path} are missing, or this role may not call them`;
    await install(dataSource, problem, (runner) => installReadFunctions(runner, tables));
  }
}

/** Checks that a data source is one of PostgreSQL and can be used. @throws JournalNotReadyError */
export function assertPostgres(dataSource: DataSource): void {
  const { type } = dataSource.options;
  if (type !== 'postgres') {
    throw new JournalNotReadyError(
      `The data source is of the type "${type}"`,
      'The journal needs type: "postgres".',
    );
  }
  if (!dataSource.isInitialized) {
    throw new JournalNotReadyError(
      'The data source is not initialized',
      'Do not use manualInitialization with it, or initialize it in a provider that is awaited at start.',
    );
  }
}

/** Readers go by it that who draws a position later draws a higher one. @throws JournalNotReadyError */
async function assertPositionsGrow(dataSource: DataSource, { path }: EventTable): Promise<void> {
  const [sequence] = await dataSource.query<{ name: string; is_apart: boolean }[]>(
    `select seqrelid::regclass::text as name, seqcache > 1 as is_apart from pg_sequence
     where seqrelid = pg_get_serial_sequence($1, 'position')::regclass and (seqcache > 1 or seqincrement < 1)`,
    [path],
  );
  if (!sequence) return;
  const { name, is_apart } = sequence;
  throw new JournalNotReadyError(
    is_apart
      ? `The sequence ${name} gives each connection positions to keep (CACHE), so that readers would miss events`
      : `The sequence ${name} counts down, so that readers would miss events`,
    `Stop all that appends, then: ALTER SEQUENCE ${name} ${is_apart ? 'CACHE' : 'INCREMENT'} 1.`,
  );
}

async function install(
  dataSource: DataSource,
  problem: string,
  work: (runner: QueryRunner) => Promise<void>,
): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    await lock(runner, 'structure');
    await work(runner);
    await runner.commitTransaction();
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    throw new JournalNotReadyError(
      `${problem}, and it cannot be made: ${String(error)}`,
      'Run the shipped migrations as the owner of the table.',
      { cause: error },
    );
  } finally {
    await runner.release();
  }
}

/** Checks that a table exists and has its columns. @throws JournalNotReadyError */
export async function assertColumns(
  dataSource: DataSource,
  table: Pick<EventTable, 'path'>,
  columns: readonly string[],
): Promise<void> {
  const rows = await dataSource.query<{ name: string }[]>(
    `select attname as name from pg_attribute
     where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`,
    [table.path],
  );
  const names = new Set(rows.map(({ name }) => name));
  const missing = columns.filter((column) => !names.has(column));
  if (missing.length === 0) return;
  throw new JournalNotReadyError(
    names.size === 0
      ? `The table ${table.path} does not exist`
      : `The table ${table.path} has no column ${missing.join(', ')}`,
    'Run the shipped migrations: migrations: [...eventSourcingMigrations, …] and migrationsRun: true in the options ' +
      'of the data source, or dataSource.runMigrations() when you deploy. (For tests, autoLoadEntities or entities: ' +
      '[...eventSourcingEntities, …] with synchronize: true will do.)',
  );
}
