import { contractsIn, loadEventSchemas, schemaDirectoryOf } from '../../../../src/schema/index.js';
import type { EventSchema, EventSchemas } from '../../../../src/schema/index.js';

type Files = Readonly<Record<string, unknown>>;

/**
 * Loads events from files by their paths below the schema directory `avro`; fails if there are problems.
 *
 * Versions need not fit together: a description says what changed, whatever it was.
 */
export function eventsOf(files: Files): readonly EventSchemas[] {
  const bytes = Object.entries(files).map(
    ([path, content]) => [path, Buffer.from(JSON.stringify(content))] as const,
  );
  const directory = schemaDirectoryOf('avro', new Map(bytes));
  const { events, problems } = loadEventSchemas(directory, contractsIn(directory), { compatibility: 'none' });
  const wrong = problems.filter(({ code }) => code !== 'SCHEMA_NO_WAY');
  if (wrong.length > 0) throw new Error(JSON.stringify(wrong, undefined, 2));
  return events;
}

/** The newest schema of an event that has the file `todo/v1_todo_created.json`, beside other files. */
export function schemaOf(content: unknown, others: Files = {}): EventSchema {
  const events = eventsOf({ ...others, 'todo/v1_todo_created.json': content });
  return events.find(({ contract }) => contract.eventType === 'todo_created')!.newest!;
}

/** The schema of the event todo_created, with fields as Avro has them; `more` wins. */
export function created(fields: readonly object[], more: object = {}): object {
  return { type: 'record', name: 'TodoCreated', fields, ...more };
}
