import { contractsIn, loadEventSchemas, schemaDirectoryOf } from '../../../../src/schema/index.js';
import type { EventSchemas } from '../../../../src/schema/index.js';

/** Loads the events of a directory that is not on disk; fails if there are problems. */
export function eventsOf(files: Readonly<Record<string, unknown>>): readonly EventSchemas[] {
  const bytes = Object.entries(files).map(
    ([path, content]) => [path, Buffer.from(JSON.stringify(content))] as const,
  );
  const directory = schemaDirectoryOf('avro', new Map(bytes));
  const { events, problems } = loadEventSchemas(directory, contractsIn(directory));
  if (problems.length > 0) throw new Error(JSON.stringify(problems, undefined, 2));
  return events;
}

/** The schema of an event with these fields. */
export function recordOf(name: string, fields: Readonly<Record<string, unknown>>, more: object = {}): object {
  return {
    type: 'record',
    name,
    fields: Object.entries(fields).map(([name, type]) => {
      const isField = typeof type === 'object' && type !== null && 'type' in type && 'default' in type;
      return isField ? { name, ...type } : { name, type };
    }),
    ...more,
  };
}
