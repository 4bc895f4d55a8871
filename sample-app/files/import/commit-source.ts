import type { ImportedEvent } from 'nestevents';
import { GitError, type GitRepository } from '../git/index.js';
import type { ImportedHistory } from '../imported-history.js';
import { commitEvents } from './commit-events.js';
import { DivergedHistoryError } from './import.errors.js';

/** Is told how an import goes. */
export interface ImportProgress {
  /** @param done how many commits an earlier import has stored */
  begin(done: number, total: number): void;
  /** So many more commits were stored. */
  advance(commits: number): void;
}

/** The commits of a repository that are not imported yet. An import counts their events; this counts the commits. */
export class CommitSource {
  /** How many events there are up to the end of each commit that is read and not known to be stored. */
  #ends: number[] = [];
  #stored = 0;

  constructor(
    private readonly repository: GitRepository,
    private readonly history: ImportedHistory,
    private readonly progress: ImportProgress | undefined,
  ) {}

  /** How many commits are known to be stored. */
  get stored(): number {
    return this.#stored;
  }

  /**
   * Gives all events of a commit at a time, so that they are stored together.
   *
   * Where to go on is asked of the journal when it is read: by then nobody else can store a commit of the repository.
   *
   * @throws DivergedHistoryError; GitError
   */
  async *events(): AsyncGenerator<ImportedEvent[], void> {
    const { rootCommit } = this.repository;
    const last = await this.history.lastCommit(rootCommit);
    const missing = await this.#countMissing(last?.commit);
    const done = last?.aggregateVersion ?? 0;
    this.progress?.begin(done, done + missing);
    let end = 0;
    for await (const commit of this.repository.commits(last?.commit)) {
      const events = commitEvents(rootCommit, commit);
      end += events.length;
      this.#ends.push(end);
      yield events;
    }
  }

  /** Is told how many of the events are stored by now. */
  noteStored(events: number): void {
    const left = this.#ends.filter((end) => end > events);
    const commits = this.#ends.length - left.length;
    this.#ends = left;
    this.#stored += commits;
    this.progress?.advance(commits);
  }

  async #countMissing(lastImported: string | undefined): Promise<number> {
    const { path, head } = this.repository;
    try {
      return await this.repository.countCommits(lastImported);
    } catch (cause) {
      if (!(cause instanceof GitError) || cause.reason !== 'history-rewritten' || lastImported === undefined)
        throw cause;
      throw new DivergedHistoryError(path, { head, lastImported }, { cause });
    }
  }
}
