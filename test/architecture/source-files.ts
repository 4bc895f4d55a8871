import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Texts of TypeScript files by path below `src`, with `/` between folders. */
export type SourceFiles = ReadonlyMap<string, string>;

/** The folder that the rules are about. */
export const SOURCE_ROOT = path.resolve(import.meta.dirname, '../../src');

/** Reads all of the library's sources. */
export async function readSourceFiles(): Promise<SourceFiles> {
  const names = (await readdir(SOURCE_ROOT, { recursive: true }))
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const texts = names.map(
    async (name) =>
      [name.split(path.sep).join('/'), await readFile(path.join(SOURCE_ROOT, name), 'utf8')] as const,
  );
  return new Map(await Promise.all(texts));
}
