import { FileDeleted, type FileEvent } from './file.events.js';
import { compareGitPaths, type GitPath } from './git/index.js';

/** A file of a commit, as `git ls-tree` shows it. */
export interface FileEntry {
  readonly mode: string;
  readonly type: 'blob' | 'commit';
  readonly blob: string;
  readonly path: GitPath;
}

/** The files of a repository, folded from their events. */
export class FileTree {
  /** By the id of the aggregate: one for each path, also where two paths look the same as text. */
  readonly #files = new Map<string, FileEvent>();

  apply(event: FileEvent): void {
    if (event instanceof FileDeleted) this.#files.delete(event.aggregateId);
    else this.#files.set(event.aggregateId, event);
  }

  /** In the order of `git ls-tree -r`. */
  entries(): FileEntry[] {
    const entries = Array.from(this.#files.values(), ({ mode, blob, path, pathBytes }): FileEntry => {
      const type = mode === '160000' ? 'commit' : 'blob';
      return { mode, type, blob, path: { text: path, bytes: pathBytes } };
    });
    return entries.sort((a, b) => compareGitPaths(a.path, b.path));
  }
}
