import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Creates the table of {@link StatementLine}. */
export class CreateStatementLine1763990200000 implements MigrationInterface {
  readonly name = 'CreateStatementLine1763990200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table statement_line (
        account uuid not null,
        version integer not null,
        booked_at timestamptz not null,
        movement text not null,
        amount numeric(38, 2) not null,
        balance numeric(38, 2) not null,
        counterpart uuid,
        constraint statement_line_pkey primary key (account, version)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table statement_line`);
  }
}
