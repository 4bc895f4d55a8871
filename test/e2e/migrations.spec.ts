import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { AccountRow } from '../../sample-app/accounts/read-models/account-row.entity.js';
import { StatementLine } from '../../sample-app/accounts/read-models/statement-line.entity.js';
import { TreeCommit } from '../../sample-app/files/read-model/tree-commit.entity.js';
import { TreeFile } from '../../sample-app/files/read-model/tree-file.entity.js';
import { IdempotencyKey } from '../../sample-app/idempotency/idempotency-key.entity.js';
import { sampleMigrations } from '../../sample-app/migrations.js';
import { SentNotice } from '../../sample-app/notices/sent-notice.entity.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

const ENTITIES: EntityTarget<ObjectLiteral>[] = [
  AccountRow,
  IdempotencyKey,
  SentNotice,
  StatementLine,
  TreeCommit,
  TreeFile,
];

describe("the migrations of the sample's own tables", () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource({
      type: 'postgres',
      url: database.url,
      entities: ENTITIES as never[],
      migrations: sampleMigrations,
    }).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('make what the entities describe, and can be undone', async () => {
    await dataSource.runMigrations();
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    for (const _ of sampleMigrations) await dataSource.undoLastMigration();
    const names = dataSource.entityMetadatas.map(({ tableName }) => tableName);
    const left = await dataSource.query<unknown[]>(
      'select tablename from pg_tables where tablename = any($1)',
      [names],
    );
    expect({ names: names.length, left }).toEqual({ names: 6, left: [] });
  });
});
