import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Creates the table of {@link SentNotice}. */
export class CreateSentNotice1763990300000 implements MigrationInterface {
  readonly name = 'CreateSentNotice1763990300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table sent_notice (
        key text not null,
        sent_at timestamptz not null default now(),
        constraint sent_notice_pkey primary key (key)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table sent_notice`);
  }
}
