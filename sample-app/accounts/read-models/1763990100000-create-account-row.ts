import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Creates the table of {@link AccountRow}. */
export class CreateAccountRow1763990100000 implements MigrationInterface {
  readonly name = 'CreateAccountRow1763990100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table account_row (
        id uuid not null,
        owner text not null,
        currency text not null,
        opened_on date not null,
        balance numeric(38, 2) not null,
        version integer not null,
        constraint account_row_pkey primary key (id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table account_row`);
  }
}
