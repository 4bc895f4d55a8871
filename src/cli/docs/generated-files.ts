import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandFailure } from '../command-failure.js';

/** The paths of the files whose text on disk is missing or another; line ends that git made of ours do not count. */
export function outdatedFiles(files: ReadonlyMap<string, string>): string[] {
  return [...files].filter(([path, text]) => textOf(path) !== text).map(([path]) => path);
}

/**
 * Writes files, with the folders they are in.
 *
 * @throws CommandFailure if one cannot be written.
 */
export function writeFiles(files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    } catch (error) {
      throw new CommandFailure(
        `${path} cannot be written (${reason(error)}); pass another folder with --out, or make room there.`,
      );
    }
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return undefined;
  }
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
