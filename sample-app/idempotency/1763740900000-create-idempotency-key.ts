import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Creates the table of {@link IdempotencyKey}. */
export class CreateIdempotencyKey1763740900000 implements MigrationInterface {
  readonly name = 'CreateIdempotencyKey1763740900000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table idempotency_key (
        key text not null,
        fingerprint text not null,
        answer json,
        created_at timestamptz not null default now(),
        constraint idempotency_key_pkey primary key (key)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table idempotency_key`);
  }
}
