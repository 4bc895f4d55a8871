import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandFailure } from '../command-failure.js';

/** What a `package.json` says of its package, as far as it does. */
export interface PackageFacts {
  readonly name?: string;
  readonly version?: string;
}

/**
 * Reads the `package.json` of a folder, or of the nearest one around it that has one.
 *
 * @throws CommandFailure if the file cannot be read.
 */
export function nearestPackage(folder: string): PackageFacts {
  const file = join(folder, 'package.json');
  if (existsSync(file)) return readPackage(file);
  const around = dirname(folder);
  return around === folder ? {} : nearestPackage(around);
}

function readPackage(file: string): PackageFacts {
  try {
    const { name, version } = (JSON.parse(readFileSync(file, 'utf8')) ?? {}) as Record<string, unknown>;
    return {
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof version === 'string' ? { version } : {}),
    };
  } catch (error) {
    throw new CommandFailure(
      `${file} cannot be read (${String(error)}); correct it, or pass --title and --api-version.`,
    );
  }
}
