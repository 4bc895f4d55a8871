import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { SchemaRegistry } from '../../../src/schema/index.js';
import type { EventContract, EventSchema, SchemaOptions, SchemaProblem } from '../../../src/schema/index.js';

const made: string[] = [];

/** Makes a temporary schema directory; what is not a string is written as JSON. */
export function schemaDirectory(files: Record<string, unknown>): string {
  const directory = mkdtempSync(join(tmpdir(), 'nestevents-schema-'));
  made.push(directory);
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
    );
  }
  return directory;
}

/** Removes the directories made so far. */
export function removeSchemaDirectories(): void {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
}

export const TODO_CREATED: EventContract = {
  aggregateType: 'todo',
  eventType: 'todo_created',
  eventClass: 'TodoCreated',
};

export const ENVELOPE = {
  eventId: '0b0cd4b5-6e5f-4c0e-9a70-d1c5a1f9e3e7',
  eventType: 'todo_created',
  aggregateId: 'todo-1',
  aggregateType: 'todo',
  aggregateVersion: 7,
};

/** A record schema with these fields, under the name the event has. */
export function record(fields: Record<string, unknown>, more: Record<string, unknown> = {}): object {
  const list = Object.entries(fields).map(([name, type]) => {
    const isField = typeof type === 'object' && type !== null && 'default' in type;
    return Object.assign({ name }, isField ? type : { type });
  });
  return { type: 'record', name: 'todo_created', fields: list, ...more };
}

/** Loads the schemas of one event out of these files. */
export function load(
  files: Record<string, unknown>,
  options: Partial<SchemaOptions> = {},
  contracts = [TODO_CREATED],
) {
  const directory = schemaDirectory(files);
  const { registry, problems } = SchemaRegistry.load({ directory, ...options }, contracts);
  return { directory, registry, problems: problems.map((problem) => below(directory, problem)) };
}

/** The schema of one event whose file has these fields; fails if there are problems. */
export function schemaOf(fields: Record<string, unknown>, options: Partial<SchemaOptions> = {}): EventSchema {
  const { registry, problems } = load({ 'todo/v1_todo_created.json': record(fields) }, options);
  if (problems.length > 0) throw new Error(JSON.stringify(problems, undefined, 2));
  const schema = registry.newest('todo', 'todo_created');
  if (!schema) throw new Error('no schema');
  return schema;
}

/** What is wrong with a payload, as path, expected and got. */
export function violations(schema: EventSchema, payload: Record<string, unknown>): (string | undefined)[][] {
  return schema.check(payload, ENVELOPE).map(({ path, expected, got }) => [path, expected, got]);
}

function below(directory: string, problem: SchemaProblem): SchemaProblem {
  const shorten = (text: string) => text.replaceAll(`${directory}/`, '').replaceAll(directory, '<directory>');
  return {
    ...problem,
    message: shorten(problem.message),
    ...(problem.file === undefined ? {} : { file: shorten(problem.file) }),
  };
}
