import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropAppendOnlyGuard, installAppendOnlyGuard } from '../append-only-guard.js';
import { journalTable, lock } from '../event-tables.js';

/** Creates the journal, as `EventJournalEntry` describes it, and protects it against changes. */
export class CreateEventJournal1763740800000 implements MigrationInterface {
  // Fixed, so that a bundler that renames classes cannot make it run twice.
  readonly name = 'CreateEventJournal1763740800000';

  async up(runner: QueryRunner): Promise<void> {
    const table = journalTable(runner.dataSource);
    // Several instances may migrate at once: the first creates, the others find it created.
    await lock(runner, 'structure');
    await runner.query(`
      create table if not exists ${table.path} (
        position bigserial not null,
        create_date timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
        aggregate_version integer not null,
        event_version integer,
        event_id uuid not null,
        event_type text not null,
        aggregate_type text not null,
        aggregate_id text not null,
        event_data jsonb not null,
        event_data_types jsonb,
        metadata jsonb not null,
        constraint event_journal_event_id_key unique (event_id),
        constraint event_journal_stream_key unique (aggregate_type, aggregate_id, aggregate_version),
        constraint event_journal_pkey primary key (position)
      )`);
    await installAppendOnlyGuard(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    const table = journalTable(runner.dataSource);
    await runner.query(`drop table ${table.path}`);
    await dropAppendOnlyGuard(runner, table);
  }
}
