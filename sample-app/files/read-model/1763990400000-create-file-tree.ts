import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Creates the tables of {@link TreeFile} and {@link TreeCommit}. */
export class CreateFileTree1763990400000 implements MigrationInterface {
  readonly name = 'CreateFileTree1763990400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table tree_file (
        id uuid not null,
        since integer not null,
        until integer,
        repository text not null,
        mode text not null,
        blob text not null,
        path text not null,
        path_bytes bytea,
        constraint tree_file_pkey primary key (id, since)
      )`);
    await runner.query(`create index tree_file_repository on tree_file (repository, until)`);
    await runner.query(`
      create table tree_commit (
        repository text not null,
        index integer not null,
        commit text,
        changes integer,
        applied integer not null,
        constraint tree_commit_pkey primary key (repository, index)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table tree_commit, tree_file`);
  }
}
