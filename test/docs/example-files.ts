import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CodeBlock } from './markdown-pages.js';

/** The folder of the programs that the pages show whole. */
export const EXAMPLES = path.join(import.meta.dirname, 'examples');

/** The example files, by name. */
export async function readExamples(): Promise<Map<string, string>> {
  const names = (await readdir(EXAMPLES)).filter((name) => name.endsWith('.ts')).sort();
  const entries = names.map(
    async (name) => [name, await readFile(path.join(EXAMPLES, name), 'utf8')] as const,
  );
  return new Map(await Promise.all(entries));
}

/** The file that a block shows, by the name in its first line: `// todo.events.ts`. */
export function fileName({ text }: CodeBlock): string | undefined {
  return /^\/\/ ([\w.-]+\.ts)\n\n?/.exec(text)?.[1];
}

/** A block without the line that names its file. */
export function fileContent({ text }: CodeBlock): string {
  return text.replace(/^\/\/ [\w.-]+\.ts\n\n?/, '');
}
