import type { FileChange } from './file-change.js';

/**
 * A commit on the first-parent line, and what it changed against its first parent (a root: against nothing).
 *
 * **Folding.** Start with an empty map from path to mode and blob. For each commit in order, for each change:
 * `deleted` removes `path`; `renamed` removes `from` and sets `path`; every other kind sets `path`. After each commit
 * the map equals `git ls-tree -r <id>`. Within one commit no path appears twice, neither as a `path` nor as a
 * `from`, so the order of `changes` does not matter and an aggregate per path can be folded on its own. Two
 * files that swap names are two `modified`; in a chain (a to b, b to c) the middle path is `modified`.
 */
export interface Commit {
  /** The full commit id, 40 hexadecimal digits, or 64 in a SHA-256 repository. */
  readonly id: string;
  /** The place on the first-parent line; 0 is the root. */
  readonly index: number;
  readonly author: { readonly name: string; readonly email: string };
  /** To the second. The start of 1970 where the commit has a date that no clock can show. */
  readonly authoredAt: Date;
  readonly committedAt: Date;
  /** The first paragraph of the message on one line; may be empty, may have control characters. */
  readonly subject: string;
  /** Empty for a commit that changed no file. */
  readonly changes: readonly FileChange[];
}
