import { FileDeleted, type FileEvent, type FileFacts } from './file.events.js';
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
    return inGitOrder(Array.from(this.#files.values(), (file) => fileEntry(file)));
  }
}

/** A file as `git ls-tree` shows it. */
export function fileEntry({
  mode,
  blob,
  path,
  pathBytes,
}: Pick<FileFacts, 'mode' | 'blob' | 'path' | 'pathBytes'>): FileEntry {
  const type = mode === '160000' ? 'commit' : 'blob';
  return { mode, type, blob, path: { text: path, bytes: pathBytes ?? null } };
}

/** The same files in the order of `git ls-tree -r`. */
export function inGitOrder(files: readonly FileEntry[]): FileEntry[] {
  return [...files].sort((a, b) => compareGitPaths(a.path, b.path));
}
