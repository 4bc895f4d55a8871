import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { contractsIn, loadEventSchemas } from '../../schema/index.js';
import type { CompatibilityMode, EventSchema, SchemaDirectory, SchemaProblem } from '../../schema/index.js';
import { CommandFailure } from '../command-failure.js';
import { quote } from '../terminal-text.js';
import { addFields } from './added-fields.js';
import { definedTypes } from './defined-types.js';
import { nameEvent, typeName } from './new-event.js';
import type { NamedEvent } from './new-event.js';
import { parseFields } from './new-fields.js';
import { withoutMember } from './record-members.js';
import { layOut } from './schema-text.js';

/** What was asked for, as it was typed. */
export interface SchemaRequest {
  readonly aggregate: string;
  readonly event: string;
  readonly fields: readonly string[];
  readonly namespace?: string | undefined;
  readonly doc?: string | undefined;
}

/** A schema file that is not written yet. */
export interface SchemaDraft extends NamedEvent {
  readonly version: number;
  /** The path of the file, below the directory as the user typed it. */
  readonly path: string;
  readonly text: string;
}

/**
 * Drafts the first version of an event's schema, or the one after the newest.
 *
 * @throws CommandFailure with everything that is wrong with the request, or with the versions there are
 */
export function draftSchema(directory: SchemaDirectory, request: SchemaRequest): SchemaDraft {
  const named = nameEvent(request.aggregate, request.event, directory);
  if ('faults' in named)
    return refuse([...named.faults, ...draftFields(directory, request, request.event).faults]);
  const newest = newestOf(directory, named);
  return newest ? draftNext(directory, request, newest) : draftFirst(directory, request, named);
}

function draftFirst(directory: SchemaDirectory, request: SchemaRequest, named: NamedEvent): SchemaDraft {
  const { namespace, doc } = request;
  const name = typeName(named.eventType);
  const { fields, faults } = draftFields(directory, request, name);
  if (namespace !== undefined && !/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(namespace)) {
    faults.push(`The namespace ${quote(namespace)} is none; write names with dots between them.`);
  }
  if (faults.length > 0) return refuse(faults);
  const record = { type: 'record', name, namespace, doc: doc === '' ? undefined : doc, fields };
  const given = Object.entries(record).filter(([, value]) => value !== undefined);
  const text = `${layOut(Object.fromEntries(given))}\n`;
  const file = `v1_${named.eventType}.json`;
  return { ...named, version: 1, path: join(directory.path, named.aggregateType, file), text };
}

function draftNext(directory: SchemaDirectory, request: SchemaRequest, newest: EventSchema): SchemaDraft {
  const { aggregateType, eventType, tree, file } = newest;
  const earlier = new Set(tree.fields.map(({ name }) => name));
  const { fields, faults } = draftFields(directory, request, tree.simpleName, earlier);
  for (const option of ['namespace', 'doc'] as const) {
    if (request[option] === undefined) continue;
    faults.push(
      `A new version keeps the ${option} of ${file}; leave --${option} out, and edit the new file.`,
    );
  }
  if (faults.length > 0) return refuse(faults);
  const version = newest.version + 1;
  const name = `v${version}_${eventType}${extname(file)}`;
  const text = addFields(copyOf(file), fields);
  return { aggregateType, eventType, version, path: join(directory.path, aggregateType, name), text };
}

/** The text for the next version; the hand-written step that leads to this one does not lead to the next. */
function copyOf(file: string): string {
  return withoutMember(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''), 'upcast');
}

function draftFields(
  directory: SchemaDirectory,
  { fields }: SchemaRequest,
  recordName: string,
  earlierFields?: ReadonlySet<string>,
): ReturnType<typeof parseFields> {
  return parseFields(fields, { recordName, earlierFields, defined: definedTypes(directory) });
}

/** The newest version, if there is any. @throws CommandFailure if there are versions that cannot be relied on */
function newestOf(directory: SchemaDirectory, named: NamedEvent): EventSchema | undefined {
  const { aggregateType, eventType } = named;
  const files = directory.files.filter(
    ({ folder, event }) => folder === aggregateType && event?.eventType === eventType,
  );
  if (files.length === 0) return undefined;
  const paths = new Set(files.map(({ path }) => path));
  const { events, problems } = loadEventSchemas(directory, [{ ...named, eventClass: eventType }], {
    compatibility: 'none',
  });
  const own = problems.filter(
    ({ file = '', aggregate, event }) =>
      paths.has(file) || (aggregate === aggregateType && event === eventType),
  );
  const newest = events[0]?.newest;
  if (newest && own.length === 0) return newest;
  const list = own.map(({ code, message }) => `  ${code}: ${message}`);
  const heading = `No version can be added to ${eventType} before the ones there are correct; correct them first:`;
  throw new CommandFailure([heading, ...list].join('\n'), 1);
}

/** What is wrong with the directory once the file of a draft is there, and is not before. */
export function problemsOf(
  draft: SchemaDraft,
  directory: SchemaDirectory,
  compatibility: CompatibilityMode,
): SchemaProblem[] {
  const { aggregateType, eventType, version, path, text } = draft;
  const content: unknown = JSON.parse(text);
  const file = { path, folder: aggregateType, event: { eventType, version }, content };
  const problemsIn = (files: SchemaDirectory['files']): SchemaProblem[] => {
    const state = { ...directory, files };
    return loadEventSchemas(state, contractsIn(state), { compatibility }).problems;
  };
  const known = new Set(problemsIn(directory.files).map(({ message }) => message));
  return problemsIn([...directory.files, file]).filter(({ message }) => !known.has(message));
}

function refuse(faults: readonly string[]): never {
  throw new CommandFailure(faults.join('\n'));
}
