import { TypeOrmJournal } from '../../src/typeorm/index.js';
import { describeEventImport } from '../contract/event-import.contract.js';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';

const opened: PostgresStore[] = [];

afterAll(async () => {
  for (const each of opened) await each.close();
});

describeEventImport('PostgreSQL', async () => {
  const pg = await openPostgresStore();
  opened.push(pg);
  return new TypeOrmJournal(pg.dataSource);
});
