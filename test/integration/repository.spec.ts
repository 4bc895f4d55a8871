import { DataSource } from 'typeorm';
import { TypeOrmJournal } from '../../src/typeorm/index.js';
import { describeRepository } from '../contract/aggregate-repository.contract.js';
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

describeRepository('PostgreSQL', async () => {
  dataSource = await new DataSource({ type: 'postgres', url: database.url, poolSize: 16 }).initialize();
  return new TypeOrmJournal(dataSource);
});
