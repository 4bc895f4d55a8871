import { EventJournalEntry } from './event-journal-entry.entity.js';
import { EventSchemaEntry } from './event-schema-entry.entity.js';
import { ProjectionCheckpoint } from './handlers/projection-checkpoint.entity.js';
import { ProjectionInstance } from './handlers/projection-instance.entity.js';
import { ProjectionParkedEvent } from './handlers/projection-parked-event.entity.js';
import { ProjectionSkippedEvent } from './handlers/projection-skipped-event.entity.js';
import { EventImport } from './imports/event-import.entity.js';
import { EventSnapshot } from './snapshots/event-snapshot.entity.js';

/** The entities of nestevents, for `entities: [...]` of a data source that does not use `autoLoadEntities`. */
export const eventSourcingEntities = [
  EventJournalEntry,
  EventSchemaEntry,
  EventSnapshot,
  EventImport,
  ProjectionCheckpoint,
  ProjectionInstance,
  ProjectionParkedEvent,
  ProjectionSkippedEvent,
];
