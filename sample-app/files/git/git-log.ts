import { COMMIT_HEADER_FORMAT } from './commit-header.js';
import { CommitParser } from './commit-parser.js';
import type { Commit } from './commit.js';
import { streamGit } from './git-process.js';
import { renameDetection } from './rename-detection.js';

/** What has no option in every version of git. One that does not know a setting ignores it. */
const CONFIGURATION = ['log.diffMerges=separate', 'log.showSignature=false', 'diff.relative=false'].flatMap(
  (setting) => ['-c', setting],
);

const OPTIONS = [
  // which commits, each against its first parent (older versions need -m for that), a root against nothing
  '--first-parent',
  '-m',
  '--root',
  '--reverse',
  // what is written about each
  `--format=${COMMIT_HEADER_FORMAT}`,
  '--encoding=UTF-8',
  '--raw',
  '-z',
  '--no-abbrev',
  // nothing that the user's or the repository's configuration hides or reorders
  '--ignore-submodules=none',
  '-O/dev/null',
  // nothing that it adds or runs: without effect on --raw so far, and to stay so
  '--no-notes',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
];

/** A stretch of the first-parent line, by full commit ids. */
export interface LogRange {
  /** The last commit to read. */
  readonly head: string;
  /** The commit before the first to read; null to begin at the root. */
  readonly after: string | null;
  /** The place of the first commit to read. */
  readonly firstIndex: number;
}

/** Reads a stretch of history, oldest first, from one running `git log`. */
export async function* readLog(directory: string, range: LogRange): AsyncGenerator<Commit, void> {
  const renames = await renameDetection(directory);
  const revisions = range.after === null ? [range.head] : [range.head, `^${range.after}`];
  const parser = new CommitParser(range.firstIndex);
  const args = [...CONFIGURATION, 'log', ...OPTIONS, ...renames, ...revisions, '--'];
  for await (const chunk of streamGit(directory, args)) yield* parser.push(chunk);
  const last = parser.end();
  if (last) yield last;
}
