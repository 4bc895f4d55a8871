import type { EventContract } from './event-contract.js';
import type { EventSchema } from './event-schema.js';
import type { EventSchemas } from './event-schemas.js';
import type { SchemaProblem } from './schema-problem.js';

/**
 * Finds records whose name is another event's than their file's, as after copying a file.
 *
 * How the name is written does not matter, nor whether words at its beginning are left out: `TodoCreated`,
 * `todo_created` and `Created` all fit `v1_todo_created.json`. Earlier names fit where a version lists them as aliases.
 */
export function recordNameProblems({ contract, versions }: EventSchemas): SchemaProblem[] {
  const schemas = [...versions.values()];
  const fitting = new Set(namesOf(contract));
  for (const { tree } of schemas) {
    if (fits(tree, fitting)) for (const alias of tree.aliases) fitting.add(plain(simpleOf(alias)));
  }
  return schemas.filter(({ tree }) => !fits(tree, fitting)).map((schema) => problem(contract, schema));
}

/** Event types without any of the words at their beginning, and the class. */
function namesOf({ eventType, eventClass, aliases = [] }: EventContract): string[] {
  const ofTypes = [eventType, ...aliases].flatMap((type) => {
    const words = type.toLowerCase().split(/[^a-z0-9]+/);
    return words.map((_, index) => words.slice(index).join(''));
  });
  return [...ofTypes, plain(eventClass)];
}

function fits(
  { name, simpleName }: { name: string; simpleName: string },
  fitting: ReadonlySet<string>,
): boolean {
  return fitting.has(plain(simpleName)) || fitting.has(plain(name));
}

function simpleOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function problem(contract: EventContract, { file, version, tree }: EventSchema): SchemaProblem {
  const { aggregateType: aggregate, eventType: event } = contract;
  return {
    code: 'SCHEMA_NAME_MISMATCH',
    message:
      `${file} describes "${tree.simpleName}", but its name says that it is the event ${event}; ` +
      `name the record ${event}, or correct the file's name.`,
    file,
    aggregate,
    event,
    version,
    path: 'name',
  };
}
