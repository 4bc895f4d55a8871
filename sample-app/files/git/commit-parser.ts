import { COMMIT_HEADER_FIELDS, parseCommitHeader, type CommitHeader } from './commit-header.js';
import type { Commit } from './commit.js';
import { toFileChange, type FileChange } from './file-change.js';
import { GitError } from './git-error.js';
import { gitPath, type GitPath } from './git-path.js';
import { NulSplitter } from './nul-splitter.js';
import { parseRawChange, type RawChange } from './raw-change.js';

const COLON = ':'.charCodeAt(0);
const NEWLINE = '\n'.charCodeAt(0);

/**
 * Reads the output of `git log --raw -z` with our header format, chunk by chunk; holds one commit at a time.
 *
 * What git puts between header and changes (a NUL, a newline, both) depends on its version and on whether there
 * are changes. It does not matter: header and change have a fixed number of fields, so where one of them starts is
 * always known, and there an empty field or a leading newline is no content. A change starts with a colon, a commit
 * with a hexadecimal digit.
 */
export class CommitParser {
  private readonly splitter = new NulSplitter();
  private headerFields: string[] = [];
  private header: CommitHeader | null = null;
  private changes: FileChange[] = [];
  private raw: RawChange | null = null;
  private renamedFrom: GitPath | null = null;

  /** @param index the place of the first commit to come */
  constructor(private index: number) {}

  /** The commits that are complete with this chunk: those after which another one began. */
  *push(chunk: Buffer): Generator<Commit> {
    for (const field of this.splitter.split(chunk)) {
      const commit = this.accept(field);
      if (commit) yield commit;
    }
  }

  /** The last commit, at the end of the output. @throws GitError when the output stops in its middle. */
  end(): Commit | null {
    if (this.splitter.isUnfinished || this.raw || this.headerFields.length > 0) {
      throw new GitError('unexpected-output', 'The output of "git log" stops in the middle of a commit.');
    }
    return this.takeCommit();
  }

  private accept(field: Buffer): Commit | null {
    if (this.headerFields.length > 0) this.acceptHeaderField(field.toString('utf8'));
    else if (this.raw) this.acceptPath(this.raw, gitPath(field));
    else return this.acceptStart(field[0] === NEWLINE ? field.subarray(1) : field);
    return null;
  }

  private acceptStart(field: Buffer): Commit | null {
    if (field.length === 0) return null;
    if (field[0] === COLON) {
      this.raw = parseRawChange(field.toString('latin1'));
      return null;
    }
    const previous = this.takeCommit();
    this.headerFields = [field.toString('latin1')];
    return previous;
  }

  private acceptHeaderField(field: string): void {
    this.headerFields.push(field);
    if (this.headerFields.length < COMMIT_HEADER_FIELDS) return;
    this.header = parseCommitHeader(this.headerFields);
    this.headerFields = [];
  }

  private acceptPath(raw: RawChange, path: GitPath): void {
    if (raw.status === 'R' && !this.renamedFrom) {
      this.renamedFrom = path;
      return;
    }
    this.changes.push(this.renamedFrom ? toFileChange(raw, this.renamedFrom, path) : toFileChange(raw, path));
    this.renamedFrom = null;
    this.raw = null;
  }

  private takeCommit(): Commit | null {
    if (!this.header) return null;
    const commit: Commit = { ...this.header, index: this.index++, changes: this.changes };
    this.header = null;
    this.changes = [];
    return commit;
  }
}
