import type { MigrationInterface, QueryRunner } from 'typeorm';
import { lock } from '../event-tables.js';
import { snapshotTable } from '../snapshots/snapshot-table.js';

/** Creates the table of snapshots, as `EventSnapshot` describes it. */
export class CreateEventSnapshot1764172800000 implements MigrationInterface {
  // Fixed, so that a bundler that renames classes cannot make it run twice.
  readonly name = 'CreateEventSnapshot1764172800000';

  async up(runner: QueryRunner): Promise<void> {
    const table = snapshotTable(runner.dataSource);
    // Several instances may migrate at once: the first creates, the others find it created.
    await lock(runner, 'structure');
    await runner.query(`
      create table if not exists ${table.path} (
        aggregate_type text not null,
        aggregate_id text not null,
        aggregate_version integer not null,
        snapshot_version integer not null,
        event_id uuid not null,
        until_date timestamptz(3) not null,
        create_date timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
        shape text not null,
        checksum text not null,
        state text not null,
        constraint event_snapshot_pkey primary key (aggregate_type, aggregate_id, aggregate_version)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table ${snapshotTable(runner.dataSource).path}`);
  }
}
