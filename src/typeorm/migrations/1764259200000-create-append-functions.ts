import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropAppendFunctions, installAppendFunctions } from '../append-functions.js';
import { journalTable, lock } from '../event-tables.js';

/** Creates the functions that append to the journal. */
export class CreateAppendFunctions1764259200000 implements MigrationInterface {
  // Fixed, so that a bundler that renames classes cannot make it run twice.
  readonly name = 'CreateAppendFunctions1764259200000';

  async up(runner: QueryRunner): Promise<void> {
    // Several instances may migrate at once: one creates, the others create the same again.
    await lock(runner, 'structure');
    await installAppendFunctions(runner, journalTable(runner.dataSource));
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropAppendFunctions(runner, journalTable(runner.dataSource));
  }
}
