/** Why git could not do what was asked; stable, to be compared in code. */
export type GitErrorReason =
  | 'git-not-installed'
  | 'not-a-repository'
  | 'not-trusted'
  | 'no-commits'
  | 'unknown-revision'
  | 'history-rewritten'
  | 'unexpected-output'
  | 'failed';

/** A question to git that has no answer. The message ends in git's own words where git said something. */
export class GitError extends Error {
  override readonly name = 'GitError';

  constructor(
    readonly reason: GitErrorReason,
    message: string,
    /** What git wrote to its standard error, trimmed; empty when git was not asked or said nothing. */
    readonly stderr = '',
    /** The exit code of git; null when it did not run or was killed. */
    readonly exitCode: number | null = null,
  ) {
    super(stderr ? `${message}\ngit says: ${stderr}` : message);
  }
}
