import { GitError } from './git-error.js';
import { gitPath, type GitPath } from './git-path.js';
import { streamGit } from './git-process.js';
import { NulSplitter } from './nul-splitter.js';

/** One line of `git ls-tree -r`. */
export interface TreeEntry {
  readonly mode: string;
  /** `commit` is a submodule: `blob` is then a commit of another repository. */
  readonly type: 'blob' | 'commit';
  readonly blob: string;
  readonly path: GitPath;
}

const TAB = '\t'.charCodeAt(0);
const ENTRY = /^([0-7]{6}) (blob|commit) +([0-9a-f]{40,64})$/;

/** Lists all files of a commit, in the order of git, from the root of the repository wherever `directory` is. */
export async function readTree(directory: string, commitId: string): Promise<TreeEntry[]> {
  const splitter = new NulSplitter();
  const entries: TreeEntry[] = [];
  for await (const chunk of streamGit(directory, ['ls-tree', '-r', '-z', '--full-tree', commitId])) {
    for (const line of splitter.split(chunk)) entries.push(parseTreeEntry(line));
  }
  return entries;
}

function parseTreeEntry(line: Buffer): TreeEntry {
  const tab = line.indexOf(TAB);
  const facts = line.toString('latin1', 0, Math.max(tab, 0));
  const [, mode, type, blob] = ENTRY.exec(facts) ?? [];
  if (!mode || !type || !blob) {
    throw new GitError(
      'unexpected-output',
      `Expected a line of "git ls-tree", got ${JSON.stringify(facts)}.`,
    );
  }
  return { mode, type: type as TreeEntry['type'], blob, path: gitPath(line.subarray(tab + 1)) };
}
