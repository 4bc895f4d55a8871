import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SchemaDirectory } from '../schema/index.js';

/**
 * Says why a directory that could not be read cannot be used, and how to pass another.
 *
 * @param usage the command with the place for a directory, e.g. `nestevents schema check <dir>`.
 */
export function wrongDirectory(directory: SchemaDirectory, usage: string): string {
  const absolute = resolve(directory.path);
  return `The schema directory ${absolute} ${whyOf(directory, absolute)}; pass the directory that holds the schemas: ${usage}.`;
}

function whyOf({ problems }: SchemaDirectory, absolute: string): string {
  if (problems.some(({ code }) => code === 'SCHEMA_DIRECTORY_NOT_A_DIRECTORY')) return 'is a file';
  return existsSync(absolute) ? 'cannot be read' : 'does not exist';
}
