import { GitError } from './git-error.js';

/** One record of `git log --raw`, without its paths. Deleted files have a `mode` and `blob` of zeros, added ones a previous of zeros. */
export interface RawChange {
  readonly previousMode: string;
  readonly mode: string;
  readonly previousBlob: string;
  readonly blob: string;
  /** Added, deleted, modified, type changed (still one path), renamed (two paths). Copies are not asked for. */
  readonly status: 'A' | 'D' | 'M' | 'T' | 'R';
}

const RECORD = /^:([0-7]{6}) ([0-7]{6}) ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) ([ADMTR])\d*$/;

/**
 * Reads `:100644 100755 <blob> <blob> M`, where a rename carries its likeness, as in `R090`.
 * @throws GitError for anything else, such as a copy or an unmerged path, which a commit cannot have here.
 */
export function parseRawChange(record: string): RawChange {
  const match = RECORD.exec(record);
  if (!match) {
    throw new GitError(
      'unexpected-output',
      `Expected a change from "git log --raw", got ${JSON.stringify(record)}.`,
    );
  }
  const [, previousMode = '', mode = '', previousBlob = '', blob = '', status] = match;
  return { previousMode, mode, previousBlob, blob, status: status as RawChange['status'] };
}
