import type { GitPath } from './git-path.js';
import type { RawChange } from './raw-change.js';

/**
 * What one commit did to one path. Modes are git's six digits: 100644, 100755, 120000 (symlink), 160000 (submodule,
 * whose `blob` is a commit of another repository). `modified` has new content and perhaps a new mode, also when
 * a file became a symlink or a submodule; `modeChanged` has the same content.
 */
export type FileChange =
  | { kind: 'added'; path: GitPath; mode: string; blob: string }
  | { kind: 'modified'; path: GitPath; mode: string; blob: string; previousBlob: string }
  | { kind: 'modeChanged'; path: GitPath; mode: string; previousMode: string; blob: string }
  | {
      kind: 'renamed';
      /** The new path. */
      path: GitPath;
      from: GitPath;
      mode: string;
      /** Differs from `previousBlob` when the file was edited in the same commit. */
      blob: string;
      previousMode: string;
      previousBlob: string;
    }
  | { kind: 'deleted'; path: GitPath; previousMode: string; previousBlob: string };

/**
 * Names what a record of `git log --raw` says about its path, or about its old and new path. The letters M and T
 * (type changed) do not matter: content decides between `modified` and `modeChanged`.
 */
export function toFileChange(raw: RawChange, path: GitPath, newPath: GitPath = path): FileChange {
  const { status, mode, blob, previousMode, previousBlob } = raw;
  if (status === 'A') return { kind: 'added', path, mode, blob };
  if (status === 'D') return { kind: 'deleted', path, previousMode, previousBlob };
  if (status === 'R')
    return { kind: 'renamed', path: newPath, from: path, mode, blob, previousMode, previousBlob };
  if (blob === previousBlob) return { kind: 'modeChanged', path, mode, previousMode, blob };
  return { kind: 'modified', path, mode, blob, previousBlob };
}
