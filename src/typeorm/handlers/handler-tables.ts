import type { DataSource } from 'typeorm';
import { eventTable } from '../event-tables.js';
import { PROJECTION_CHECKPOINT_TABLE, ProjectionCheckpoint } from './projection-checkpoint.entity.js';
import { PROJECTION_INSTANCE_TABLE, ProjectionInstance } from './projection-instance.entity.js';
import { PROJECTION_PARKED_EVENT_TABLE, ProjectionParkedEvent } from './projection-parked-event.entity.js';
import { PROJECTION_SKIPPED_EVENT_TABLE, ProjectionSkippedEvent } from './projection-skipped-event.entity.js';

/** The tables of durable handlers in one database, quoted for SQL, with their schema where they have one. */
export interface HandlerTables {
  readonly checkpoint: string;
  readonly instance: string;
  readonly parked: string;
  readonly skipped: string;
}

/** Finds out where a data source keeps (or will keep) the tables of durable handlers. */
export function handlerTables(dataSource: DataSource): HandlerTables {
  return {
    checkpoint: eventTable(dataSource, ProjectionCheckpoint, PROJECTION_CHECKPOINT_TABLE).path,
    instance: eventTable(dataSource, ProjectionInstance, PROJECTION_INSTANCE_TABLE).path,
    parked: eventTable(dataSource, ProjectionParkedEvent, PROJECTION_PARKED_EVENT_TABLE).path,
    skipped: eventTable(dataSource, ProjectionSkippedEvent, PROJECTION_SKIPPED_EVENT_TABLE).path,
  };
}
