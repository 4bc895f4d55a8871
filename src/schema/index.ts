export { COMPATIBILITY_MODES, type CompatibilityMode } from './compatibility-mode.js';
export type { EnvelopeFacts } from './envelope-fields.js';
export type { EventContract } from './event-contract.js';
export { EventSchema } from './event-schema.js';
export { EventSchemaError } from './event-schema-error.js';
export {
  contractsIn,
  loadEventSchemas,
  type EventSchemas,
  type LoadedSchemas,
  type LoadOptions,
} from './event-schemas.js';
export { readSchemaDirectory, schemaDirectoryOf, type SchemaDirectory } from './schema-directory.js';
export type { SchemaOptions } from './schema-options.js';
export type { SchemaProblem } from './schema-problem.js';
export { SchemaRegistry } from './schema-registry.js';
export type * from './schema-tree.js';
