import { basename } from 'node:path';
import { NAME_PATTERN } from '../../domain/index.js';
import type { SchemaDirectory, SchemaProblem } from '../../schema/index.js';

/**
 * Names that were probably meant for a version of an event, such as `V1_todo_created`, `v1-todo_created`,
 * `v_todo_created`, `1_todo_created` or just `v1`. Types to share may have any other name, such as `vendor`.
 */
const LIKE_A_VERSION = /^(?:v\d*[_.-]|v\d+$|\d{1,3}[_-])/i;

type SchemaFile = SchemaDirectory['files'][number];

/** Finds files that are there for an event, by their names, but that no application would find. */
export function fileNameProblems({ files }: SchemaDirectory): SchemaProblem[] {
  return files.flatMap((file) => {
    const { event } = file;
    if (event && NAME_PATTERN.test(event.eventType)) return misplaced(file, event);
    return misnamed(file);
  });
}

function misplaced(
  { path, folder }: SchemaFile,
  { eventType, version }: { eventType: string; version: number },
): SchemaProblem[] {
  if (NAME_PATTERN.test(folder)) return [];
  const where =
    folder === ''
      ? 'stands in the schema directory itself, not in the folder of its aggregate'
      : `stands in "${folder}", but no aggregate can have that name`;
  const message =
    `${path} ${where}; move it to <aggregate>/${basename(path)}, ` +
    `or choose a name that does not begin with a version if it only defines types to share.`;
  return [{ code: 'SCHEMA_MISPLACED', message, file: path, event: eventType, version }];
}

function misnamed({ path, folder }: SchemaFile): SchemaProblem[] {
  const name = basename(path);
  if (!LIKE_A_VERSION.test(name.replace(/\.[a-z]+$/, ''))) return [];
  const message =
    `The name of ${path} begins like a version, but is none, so no event uses it; call it v<N>_<event type>.json, ` +
    `with a small v, a whole number, and an event type of letters, digits and _, such as v1_todo_created.json.`;
  const aggregate = folder === '' ? undefined : folder;
  return [{ code: 'SCHEMA_FILE_NAME', message, file: path, aggregate }];
}
