import type { EventSchema } from './event-schema.js';
import { schemaDifferences } from './schema-difference.js';
import type { SchemaProblem } from './schema-problem.js';
import { schemaTree } from './schema-tree.js';

/**
 * Says how a schema differs from what events were stored with under the same version; `undefined` if it means the same.
 *
 * @param written the definition that the journal has kept.
 */
export function changedSchemaProblem(schema: EventSchema, written: unknown): SchemaProblem | undefined {
  const differences = schemaDifferences(schemaTree(written), schema.tree);
  if (differences.length === 0) return undefined;
  const { file, version, aggregateType: aggregate, eventType: event } = schema;
  const list = differences.map(
    ({ path, was, is }) => `${path === '' ? 'the record' : path}: was ${was}, is ${is}`,
  );
  const message =
    `${file} is not what events were stored with as version ${version}: ${list.join('; ')}; ` +
    `restore it, and put the change into v${version + 1}_${event}.json (a type of another file counts as part of it).`;
  const path = differences.length === 1 ? differences[0]?.path : undefined;
  return { code: 'SCHEMA_CHANGED', message, file, aggregate, event, version, path };
}
