import type { Commit } from './commit.js';
import { GitError } from './git-error.js';

/** A commit without its place and its changes. */
export type CommitHeader = Omit<Commit, 'index' | 'changes'>;

/**
 * The `--format` of {@link parseCommitHeader}: every field ends in NUL, the one byte that none can contain. Names
 * are those in the commit, not of a `.mailmap`.
 */
export const COMMIT_HEADER_FORMAT = 'tformat:%H%x00%an%x00%ae%x00%at%x00%ct%x00%s%x00';

/** How many fields {@link COMMIT_HEADER_FORMAT} has. */
export const COMMIT_HEADER_FIELDS = 6;

const COMMIT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Reads the fields of {@link COMMIT_HEADER_FORMAT}. @throws GitError when the first is no commit id. */
export function parseCommitHeader(fields: readonly string[]): CommitHeader {
  const [id = '', name = '', email = '', authored = '', committed = '', subject = ''] = fields;
  if (!COMMIT_ID.test(id)) {
    throw new GitError(
      'unexpected-output',
      `Expected a commit id from "git log", got ${JSON.stringify(id)}.`,
    );
  }
  return { id, author: { name, email }, authoredAt: date(authored), committedAt: date(committed), subject };
}

function date(seconds: string): Date {
  const read = new Date(Number(seconds) * 1000);
  return Number.isNaN(read.getTime()) ? new Date(0) : read;
}
