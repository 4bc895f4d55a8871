import type { MigrationInterface, QueryRunner } from 'typeorm';
import { lock } from '../event-tables.js';
import { importTable } from '../imports/import-table.js';

/** Creates the table of imports, as `EventImport` describes it. */
export class CreateEventImport1764345600000 implements MigrationInterface {
  // Fixed, so that a bundler that renames classes cannot make it run twice.
  readonly name = 'CreateEventImport1764345600000';

  async up(runner: QueryRunner): Promise<void> {
    // Several instances may migrate at once: the first creates, the others find it created.
    await lock(runner, 'structure');
    await runner.query(`
      create table if not exists ${importTable(runner.dataSource).path} (
        name text not null,
        done bigint not null,
        fence bigint not null,
        alive_until timestamptz(3) not null,
        constraint event_import_pkey primary key (name)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table ${importTable(runner.dataSource).path}`);
  }
}
