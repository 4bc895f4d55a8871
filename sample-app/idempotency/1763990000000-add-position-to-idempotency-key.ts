import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the position of the events to {@link IdempotencyKey}. */
export class AddPositionToIdempotencyKey1763990000000 implements MigrationInterface {
  readonly name = 'AddPositionToIdempotencyKey1763990000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table idempotency_key add column position bigint`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table idempotency_key drop column position`);
  }
}
