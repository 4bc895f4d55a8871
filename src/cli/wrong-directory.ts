import { resolve } from 'node:path';
import type { SchemaDirectory } from '../schema/index.js';

/**
 * Says why a directory that could not be read cannot be used, and how to pass another.
 *
 * @param usage the command with the place for a directory, e.g. `nestevents schema check <dir>`.
 */
export function wrongDirectory({ path, fault }: SchemaDirectory, usage: string): string {
  return `The schema directory ${resolve(path)} ${fault}; pass the directory that holds the schemas: ${usage}.`;
}
