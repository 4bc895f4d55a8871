import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The folder of package.json. */
export const PROJECT_ROOT = path.resolve(import.meta.dirname, '../..');

/** A fenced block of a page. */
export interface CodeBlock {
  /** The page and the line of the fence, as `docs/schemas.md:12`. */
  readonly place: string;
  readonly language: string;
  readonly text: string;
  /** The last line of prose before it. */
  readonly before: string;
  /** What the page says before it, in a comment `<!-- given … -->`, about the names that the block uses. */
  readonly given: string;
}

/** A page for users. */
export interface Page {
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly CodeBlock[];
}

/** README, docs/ and what else stands beside them. */
export async function readPages(): Promise<Page[]> {
  const docs = (await readdir(path.join(PROJECT_ROOT, 'docs'))).filter((name) => name.endsWith('.md')).sort();
  const names = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...docs.map((name) => `docs/${name}`)];
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(path.join(PROJECT_ROOT, name), 'utf8');
      return { path: name, text, blocks: [...blocksOf(name, text)] };
    }),
  );
}

function* blocksOf(page: string, text: string): Generator<CodeBlock> {
  let before = '';
  let given = '';
  const parts =
    /^```(?<language>[^\n]*)\n(?<code>[\s\S]*?)^```$|^<!-- given\n(?<given>[\s\S]*?)-->$|^(?<prose>.*\S.*)$/gm;
  for (const { groups = {}, index } of text.matchAll(parts)) {
    if (groups['prose'] !== undefined) before = groups['prose'];
    if (groups['given'] !== undefined) given = groups['given'];
    if (groups['code'] === undefined) continue;
    const line = text.slice(0, index).split('\n').length;
    yield {
      place: `${page}:${line}`,
      language: groups['language'] ?? '',
      text: groups['code'],
      before,
      given,
    };
  }
}
