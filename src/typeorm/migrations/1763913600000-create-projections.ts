import type { MigrationInterface, QueryRunner } from 'typeorm';
import { lock } from '../event-tables.js';
import { handlerTables } from '../handlers/handler-tables.js';

/** Creates the tables of durable handlers, as the entities `Projection…` describe them. */
export class CreateProjections1763913600000 implements MigrationInterface {
  // Fixed, so that a bundler that renames classes cannot make it run twice.
  readonly name = 'CreateProjections1763913600000';

  async up(runner: QueryRunner): Promise<void> {
    const { checkpoint, instance, parked, skipped } = handlerTables(runner.dataSource);
    // Several instances may migrate at once: the first creates, the others find it created.
    await lock(runner, 'structure');
    await runner.query(`
      create table if not exists ${checkpoint} (
        handler text not null,
        course text not null,
        partition integer not null,
        partitions integer not null,
        version integer not null,
        paused boolean not null,
        position bigint not null,
        handled bigint not null,
        fence bigint not null,
        rebuild_until bigint,
        rebuild_total bigint,
        started_at timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
        lease_until timestamptz(3),
        kind text not null,
        owner text,
        done jsonb,
        constraint projection_checkpoint_pkey primary key (handler, course, partition)
      )`);
    await runner.query(`
      create table if not exists ${instance} (
        id text not null,
        last_seen timestamptz(3) not null,
        alive_until timestamptz(3) not null,
        handlers jsonb not null,
        constraint projection_instance_pkey primary key (id)
      )`);
    await runner.query(`
      create table if not exists ${parked} (
        handler text not null,
        course text not null,
        aggregate_type text not null,
        aggregate_id text not null,
        partition integer not null,
        aggregate_version integer not null,
        position bigint not null,
        revision bigint not null,
        since timestamptz(3) not null,
        next_try timestamptz(3) not null,
        attempts integer not null,
        event_id uuid not null,
        event_type text not null,
        status text not null,
        error text,
        stack text,
        constraint projection_parked_event_pkey primary key (handler, course, aggregate_type, aggregate_id)
      )`);
    await runner.query(`
      create table if not exists ${skipped} (
        handler text not null,
        event_id uuid not null,
        position bigint not null,
        skipped_at timestamptz(3) not null,
        aggregate_type text not null,
        aggregate_id text not null,
        reason text not null,
        error text,
        constraint projection_skipped_event_pkey primary key (handler, event_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const { checkpoint, instance, parked, skipped } = handlerTables(runner.dataSource);
    await runner.query(`drop table ${checkpoint}, ${instance}, ${parked}, ${skipped}`);
  }
}
