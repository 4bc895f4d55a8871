import type { MigrationInterface, QueryRunner } from 'typeorm';
import { journalTable, lock, schemaTable } from '../event-tables.js';
import { dropJournalView, installJournalView } from '../journal-view/journal-view.js';

/** Adds the columns for payloads in Avro to the journal, and the view that shows all payloads as JSON. */
export class AddEventBytes1764086400000 implements MigrationInterface {
  // Fixed, so that a bundler that renames classes cannot make it run twice.
  readonly name = 'AddEventBytes1764086400000';

  async up(runner: QueryRunner): Promise<void> {
    const journal = journalTable(runner.dataSource);
    // Several instances may migrate at once: the first alters, the others find it altered.
    await lock(runner, 'structure');
    await runner.query(`
      alter table ${journal.path}
        add column if not exists event_bytes bytea,
        add column if not exists correlation_id uuid,
        add column if not exists causation_id uuid,
        alter column event_data drop not null,
        alter column metadata drop not null`);
    await installJournalView(runner, journal, schemaTable(runner.dataSource));
  }

  /** Fails where payloads are stored in Avro, which would be lost. */
  async down(runner: QueryRunner): Promise<void> {
    const journal = journalTable(runner.dataSource);
    await dropJournalView(runner, journal);
    await runner.query(`
      alter table ${journal.path}
        alter column event_data set not null,
        alter column metadata set not null,
        drop column event_bytes,
        drop column correlation_id,
        drop column causation_id`);
  }
}
