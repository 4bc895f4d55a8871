export { EventJournalEntry } from './event-journal-entry.entity.js';
export { EventSchemaEntry } from './event-schema-entry.entity.js';
export { eventSourcingEntities } from './event-sourcing-entities.js';
export { eventSourcingMigrations, runMigrationsExclusively } from './event-sourcing-migrations.js';
export { InvalidTransactionError, JournalNotReadyError } from './journal.errors.js';
export { TypeOrmJournal } from './typeorm-journal.js';
export { TypeOrmSchemaArchive } from './typeorm-schema-archive.js';
