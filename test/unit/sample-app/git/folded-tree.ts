import {
  compareGitPaths,
  gitPathBytes,
  GitRepository,
  type Commit,
  type FileChange,
  type GitPath,
} from '../../../../sample-app/files/git/index.js';
import type { TemporaryRepository } from './temporary-repository.js';

interface File {
  readonly path: GitPath;
  readonly mode: string;
  readonly blob: string;
}

/** The files of a repository, got by nothing but the changes of its commits, folded as the docs of Commit say. */
export class FoldedTree {
  private readonly files = new Map<string, File>();

  apply({ changes }: Commit): void {
    const touched = new Set<string>();
    for (const change of changes) this.applyOne(change, touched);
  }

  /** What `git ls-tree -r -z` prints. */
  print(): Buffer {
    const files = [...this.files.values()].sort((a, b) => compareGitPaths(a.path, b.path));
    const lines = files.flatMap(({ path, mode, blob }) => [
      Buffer.from(`${mode} ${mode === '160000' ? 'commit' : 'blob'} ${blob}\t`),
      gitPathBytes(path),
      Buffer.from([0]),
    ]);
    return Buffer.concat(lines);
  }

  private applyOne(change: FileChange, touched: Set<string>): void {
    this.checkBefore(change);
    const removed = change.kind === 'renamed' ? change.from : change.kind === 'deleted' ? change.path : null;
    if (removed) this.files.delete(this.once(removed, touched));
    if (change.kind === 'deleted') return;
    this.files.set(this.once(change.path, touched), change);
  }

  /** Every fact about the state before the commit must be true as well. */
  private checkBefore(change: FileChange): void {
    const before = this.files.get(key(change.kind === 'renamed' ? change.from : change.path));
    expect(before === undefined).toBe(change.kind === 'added');
    if ('previousBlob' in change) expect(change.previousBlob).toBe(before?.blob);
    if ('previousMode' in change) expect(change.previousMode).toBe(before?.mode);
    if (change.kind === 'modified') expect(change.blob).not.toBe(before?.blob);
    if (change.kind === 'modeChanged')
      expect([change.blob, change.mode === before?.mode]).toEqual([before?.blob, false]);
    if (change.kind === 'renamed') expect(this.files.has(key(change.path))).toBe(false);
  }

  /** No path may appear twice in one commit: this is why the order of its changes does not matter. */
  private once(path: GitPath, touched: Set<string>): string {
    expect(touched.has(key(path))).toBe(false);
    touched.add(key(path));
    return key(path);
  }
}

function key(path: GitPath): string {
  return gitPathBytes(path).toString('latin1');
}

/** Reads all of the history and compares the folded files with git's own list at every commit of the line. */
export async function expectFoldToEqualTrees(temporary: TemporaryRepository): Promise<Commit[]> {
  const repository = await GitRepository.open(temporary.path);
  const ids = temporary.git('rev-list', '--first-parent', '--reverse', 'HEAD').split('\n');
  const tree = new FoldedTree();
  const commits: Commit[] = [];
  for await (const commit of repository.commits()) {
    tree.apply(commit);
    const expected = temporary.gitBytes(['ls-tree', '-r', '-z', '--full-tree', commit.id]);
    expect(tree.print().toString('latin1')).toBe(expected.toString('latin1'));
    commits.push(commit);
  }
  expect(commits.map(({ id }) => id)).toEqual(ids);
  expect(commits.map(({ index }) => index)).toEqual(ids.map((_, index) => index));
  return commits;
}

/** The changes of a commit in short: `renamed a -> b`. */
export function inShort({ changes }: Commit): string[] {
  return changes.map((change) => {
    const from = change.kind === 'renamed' ? `${change.from.text} -> ` : '';
    return `${change.kind} ${from}${change.path.text}`;
  });
}
