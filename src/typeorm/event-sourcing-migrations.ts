import type { DataSource, MigrationInterface } from 'typeorm';
import { lock } from './event-tables.js';
import { CreateEventJournal1763740800000 } from './migrations/1763740800000-create-event-journal.js';
import { CreateEventSchema1763827200000 } from './migrations/1763827200000-create-event-schema.js';
import { CreateProjections1763913600000 } from './migrations/1763913600000-create-projections.js';
import { AddEventBytes1764086400000 } from './migrations/1764086400000-add-event-bytes.js';
import { CreateEventSnapshot1764172800000 } from './migrations/1764172800000-create-event-snapshot.js';
import { CreateAppendFunctions1764259200000 } from './migrations/1764259200000-create-append-functions.js';
import { CreateEventImport1764345600000 } from './migrations/1764345600000-create-event-import.js';
import { CreateReadFunctions1764432000000 } from './migrations/1764432000000-create-read-functions.js';

/** The migrations of nestevents, for `migrations: [...]` of a data source; they can run beside the application's. */
export const eventSourcingMigrations: (new () => MigrationInterface)[] = [
  CreateEventJournal1763740800000,
  CreateEventSchema1763827200000,
  CreateProjections1763913600000,
  AddEventBytes1764086400000,
  CreateEventSnapshot1764172800000,
  CreateAppendFunctions1764259200000,
  CreateEventImport1764345600000,
  CreateReadFunctions1764432000000,
];

/**
 * Runs the pending migrations of a data source, all of them, one process at a time.
 *
 * The migrations of nestevents bear being run by many instances at once, but the first `runMigrations()` ever on a
 * database creates TypeORM's own table of migrations, and that does not. Needs two connections of the pool.
 */
export async function runMigrationsExclusively(dataSource: DataSource): Promise<void> {
  await dataSource.transaction(async (manager) => {
    await lock(manager, 'migrations');
    await dataSource.runMigrations();
  });
}
