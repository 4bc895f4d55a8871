import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropAppendOnlyGuard, installAppendOnlyGuard } from '../append-only-guard.js';
import { lock, schemaTable } from '../event-tables.js';

/** Creates the table of schemas, as `EventSchemaEntry` describes it, and protects it against changes. */
export class CreateEventSchema1763827200000 implements MigrationInterface {
  // Fixed, so that a bundler that renames classes cannot make it run twice.
  readonly name = 'CreateEventSchema1763827200000';

  async up(runner: QueryRunner): Promise<void> {
    const table = schemaTable(runner.dataSource);
    // Several instances may migrate at once: the first creates, the others find it created.
    await lock(runner, 'structure');
    await runner.query(`
      create table if not exists ${table.path} (
        event_type text not null,
        event_version integer not null,
        aggregate_type text not null,
        fingerprint text not null,
        definition json not null,
        upcast_from json not null default '[]',
        create_date timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
        constraint event_schema_pkey primary key (event_type, event_version)
      )`);
    await installAppendOnlyGuard(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    const table = schemaTable(runner.dataSource);
    await runner.query(`drop table ${table.path}`);
    await dropAppendOnlyGuard(runner, table);
  }
}
