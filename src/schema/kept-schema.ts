import { compileSchema } from './compiled-schema.js';
import { EventSchema } from './event-schema.js';

/**
 * The schema of a definition that is in no file, as `EventSchema.definition` gave it.
 *
 * @throws Error if it is no such definition
 */
export function schemaOfDefinition(
  definition: unknown,
  { aggregateType, eventType, version }: { aggregateType: string; eventType: string; version: number },
): EventSchema {
  const file = `the schema kept for version ${version} of ${eventType}`;
  const facts = { aggregateType, eventType, version, file, definition };
  return new EventSchema(facts, compileSchema(definition), true);
}
