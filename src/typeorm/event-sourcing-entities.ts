import { EventJournalEntry } from './event-journal-entry.entity.js';
import { EventSchemaEntry } from './event-schema-entry.entity.js';

/** The entities of nestevents, for `entities: [...]` of a data source that does not use `autoLoadEntities`. */
export const eventSourcingEntities = [EventJournalEntry, EventSchemaEntry];
