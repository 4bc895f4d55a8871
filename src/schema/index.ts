export type { EnvelopeFacts } from './envelope-fields.js';
export type { EventContract } from './event-contract.js';
export { EventSchema } from './event-schema.js';
export { EventSchemaError } from './event-schema-error.js';
export type { SchemaOptions } from './schema-options.js';
export type { SchemaProblem } from './schema-problem.js';
export { SchemaRegistry } from './schema-registry.js';
