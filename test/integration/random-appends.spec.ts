import { DataSource } from 'typeorm';
import { TypeOrmJournal } from '../../src/typeorm/index.js';
import { describeRandomAppends } from '../contract/random-appends.contract.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

describeRandomAppends('PostgreSQL', async () => {
  dataSource = await new DataSource({ type: 'postgres', url: database.url, poolSize: 8 }).initialize();
  return new TypeOrmJournal(dataSource);
});
