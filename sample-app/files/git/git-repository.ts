import type { Commit } from './commit.js';
import { GitError } from './git-error.js';
import { readLog } from './git-log.js';
import { readGit } from './git-process.js';
import { locateRepository } from './repository-location.js';
import { readTree, type TreeEntry } from './tree-entry.js';

/**
 * A repository on this machine, read through the `git` command, never written. Its history is the first-parent line
 * that ends at what HEAD was when it was opened; commits made later are seen by opening it again.
 */
export class GitRepository {
  private constructor(
    /** Absolute: the top of the work tree, or the repository itself where there is none. */
    readonly path: string,
    private readonly line: readonly [string, ...string[]],
  ) {}

  /**
   * Opens the repository that a path lies in: a work tree or any folder in it, a bare repository, a linked work tree,
   * a shallow clone (whose history begins where it was cut off).
   * @throws GitError when there is none, it has no commit, git does not trust it, or git is not installed
   */
  static async open(path: string): Promise<GitRepository> {
    const directory = await locateRepository(path);
    const head = await resolveCommit(directory, 'HEAD');
    if (head === null) {
      throw new GitError(
        'no-commits',
        `The repository at ${directory} has no commits yet: make one and try again.`,
      );
    }
    const listed = await readGit(directory, ['rev-list', '--first-parent', '--reverse', head, '--']);
    const [root = head, ...rest] = listed.trimEnd().split('\n');
    return new GitRepository(directory, [root, ...rest]);
  }

  /** The oldest commit of the first-parent line: the same in every full clone, so it identifies the repository. */
  get rootCommit(): string {
    return this.line[0];
  }

  /** The newest commit of the first-parent line. */
  get head(): string {
    return this.line.at(-1) ?? this.rootCommit;
  }

  /** The place of the head on the first-parent line; 0 is the root. */
  get headIndex(): number {
    return this.line.length - 1;
  }

  /** How many commits `commits(after)` will give. @throws GitError as {@link commits} does */
  async countCommits(after?: string): Promise<number> {
    return this.line.length - this.placeAfter(after);
  }

  /** The full ids of all commits, oldest first. */
  async commitIds(): Promise<string[]> {
    return [...this.line];
  }

  /**
   * Reads the commits after the given one (a full id), oldest first; all of them without it.
   * Stopping early, by `break` or an error, ends git at once.
   * @throws GitError `history-rewritten` when `after` is not on the first-parent line of the head
   */
  async *commits(after?: string): AsyncGenerator<Commit, void> {
    const firstIndex = this.placeAfter(after);
    const expected = this.line.slice(firstIndex);
    if (expected.length === 0) return;
    let read = 0;
    for await (const commit of readLog(this.path, { head: this.head, after: after ?? null, firstIndex })) {
      if (commit.id !== expected[read]) throw this.outOfStep(expected[read], commit.id);
      read += 1;
      yield commit;
    }
    if (read < expected.length) throw this.outOfStep(expected[read], undefined);
  }

  /** The full id of the commit that a revision names (an id, its beginning, a branch, a tag, `HEAD~2`); else null. */
  async resolve(revision: string): Promise<string | null> {
    return resolveCommit(this.path, revision);
  }

  /** All files of any commit, as `git ls-tree -r` lists them. @throws GitError `unknown-revision` */
  async listTree(commit: string): Promise<TreeEntry[]> {
    const id = await this.resolve(commit);
    if (id === null)
      throw new GitError('unknown-revision', `${this.path} has no commit ${JSON.stringify(commit)}.`);
    return readTree(this.path, id);
  }

  private placeAfter(after: string | undefined): number {
    if (after === undefined) return 0;
    const place = this.line.indexOf(after);
    if (place !== -1) return place + 1;
    const message =
      `Commit ${after} is not on the first-parent line of ${this.head} in ${this.path}: ` +
      'the history was rewritten, or this is another branch. Check out the earlier branch, or read from the start.';
    throw new GitError('history-rewritten', message);
  }

  private outOfStep(expected: string | undefined, got: string | undefined): GitError {
    const message = `"git log" in ${this.path} gave commit ${got ?? 'none'} where ${expected ?? 'none'} follows.`;
    return new GitError('unexpected-output', message);
  }
}

/** A revision that begins with a dash would be an option, and names no commit: refs cannot begin so. */
async function resolveCommit(directory: string, revision: string): Promise<string | null> {
  if (revision.startsWith('-') || revision.includes('\0')) return null;
  try {
    const answer = await readGit(directory, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
    return /^[0-9a-f]{40,64}$/.test(answer.trimEnd()) ? answer.trimEnd() : null;
  } catch (error) {
    if (!(error instanceof GitError) || error.exitCode === null) throw error;
    // Git refuses a malformed revision as loudly as a broken repository: tell them apart.
    if (error.exitCode !== 1) await locateRepository(directory);
    return null;
  }
}
