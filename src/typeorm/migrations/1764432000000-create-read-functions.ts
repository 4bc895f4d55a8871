import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { journalTable, lock } from '../event-tables.js';
import { dropReadFunctions, installReadFunctions, type ReadTables } from '../read-functions.js';
import { snapshotTable } from '../snapshots/snapshot-table.js';

/** Creates the functions that read streams and snapshots. */
export class CreateReadFunctions1764432000000 implements MigrationInterface {
  // Fixed, so that a bundler that renames classes cannot make it run twice.
  readonly name = 'CreateReadFunctions1764432000000';

  async up(runner: QueryRunner): Promise<void> {
    // Several instances may migrate at once: one creates, the others create the same again.
    await lock(runner, 'structure');
    await installReadFunctions(runner, tablesOf(runner.dataSource));
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropReadFunctions(runner, tablesOf(runner.dataSource));
  }
}

function tablesOf(dataSource: DataSource): ReadTables {
  return { journal: journalTable(dataSource), snapshot: snapshotTable(dataSource) };
}
