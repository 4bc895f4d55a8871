import { DataSource } from 'typeorm';
import { TypeOrmJournal } from '../../src/typeorm/index.js';
import { describeSchemaEvolution } from '../contract/schema-evolution.contract.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

const opened: { dataSource: DataSource; database: TestDatabase }[] = [];

afterEach(async () => {
  for (const { dataSource, database } of opened.splice(0)) {
    await dataSource.destroy();
    await database.drop();
  }
});

// A database for each test: the schemas that one has written with would be in the way of the next.
const createJournal = async (): Promise<TypeOrmJournal> => {
  const database = await createTestDatabase();
  const dataSource = await new DataSource({ type: 'postgres', url: database.url, poolSize: 4 }).initialize();
  opened.push({ dataSource, database });
  return new TypeOrmJournal(dataSource);
};

describeSchemaEvolution('PostgreSQL', createJournal, 'json');
describeSchemaEvolution('PostgreSQL', createJournal, 'avro');
