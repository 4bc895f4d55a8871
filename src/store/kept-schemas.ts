import { schemaOfDefinition, type EventSchema } from '../schema/index.js';
import type { WrittenSchema } from './schema-archive.js';

/**
 * The schemas that the journal is known to keep, compiled. Payloads in Avro are read by these alone: a file of the same
 * version may have been edited.
 */
export class KeptSchemas {
  readonly #schemas = new Map<string, EventSchema>();

  /** The schema of a stored type of events, if it is known here. */
  find(eventType: string, version: number | null): EventSchema | undefined {
    return this.#schemas.get(keyOf(eventType, version));
  }

  /** Remembers a schema that is kept, for good. @param eventType as it is stored: possibly an alias. */
  add(eventType: string, schema: EventSchema): void {
    this.#schemas.set(keyOf(eventType, schema.version), schema);
  }
}

/** The schema of a version as events were written with it. */
export function keptSchema({ definition, eventVersion, ...facts }: WrittenSchema): EventSchema {
  return schemaOfDefinition(definition, { ...facts, version: eventVersion });
}

function keyOf(eventType: string, version: number | null): string {
  return `${eventType} ${version}`;
}
