import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ConcurrencyError, EventStore } from 'nestevents';
import { GitError, type GitRepository } from '../git/index.js';
import { ImportedHistory } from '../imported-history.js';
import { commitEvents } from './commit-events.js';
import { ConcurrentImportError, DivergedHistoryError, ImportInterruptedError } from './import.errors.js';
import { lookAhead } from './look-ahead.js';

/** How many commits are read from git ahead of the one being stored. */
const LOOK_AHEAD = 50;

/** Is told how an import goes. */
export interface ImportProgress {
  /** @param done how many commits an earlier import has stored */
  begin(done: number, total: number): void;
  /** A commit was stored. */
  advance(): void;
}

/** What an import stored. */
export interface ImportResult {
  readonly commits: number;
  readonly events: number;
}

/** Stores the history of git repositories as events. */
@Injectable()
export class HistoryImporter implements OnModuleDestroy {
  #running: Promise<unknown> = Promise.resolve();
  #stopping = false;

  constructor(
    private readonly store: EventStore,
    private readonly history: ImportedHistory,
  ) {}

  /**
   * Imports what is not imported yet: every commit is one append, so that whenever this ends, even by a kill, all of
   * a commit is stored or nothing of it, and the next import goes on behind it.
   *
   * A repository whose head is imported, as that of an older checkout, has nothing to import.
   *
   * @throws DivergedHistoryError when the last imported commit is not part of the history; GitError;
   * ConcurrentImportError; ImportInterruptedError
   */
  async import(repository: GitRepository, progress?: ImportProgress): Promise<ImportResult> {
    const running = this.#import(repository, progress).catch((error: unknown) => {
      throw this.#explain(repository, error);
    });
    this.#running = running.catch(() => undefined);
    return running;
  }

  /** Lets the commit that is being stored come to its end. */
  async onModuleDestroy(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #import(repository: GitRepository, progress?: ImportProgress): Promise<ImportResult> {
    const id = repository.rootCommit;
    this.history.defaultRepository = id;
    if (await this.history.hasCommit(id, repository.head, repository.headIndex))
      return { commits: 0, events: 0 };
    const last = await this.history.lastCommit(id);
    const missing = await countMissing(repository, last?.commit);
    const done = last?.aggregateVersion ?? 0;
    progress?.begin(done, done + missing);
    let commits = 0;
    let events = 0;
    for await (const commit of lookAhead(repository.commits(last?.commit), LOOK_AHEAD)) {
      if (this.#stopping) throw new ImportInterruptedError(repository.path);
      events += (await this.store.appendAll(commitEvents(id, commit))).length;
      commits += 1;
      progress?.advance();
    }
    return { commits, events };
  }

  /** The error that says what happened to the import. */
  #explain({ path }: GitRepository, error: unknown): unknown {
    // A signal to all processes of a terminal ends git too, and perhaps the database.
    if (this.#stopping) return new ImportInterruptedError(path, { cause: error });
    if (error instanceof ConcurrencyError) return new ConcurrentImportError(path, { cause: error });
    return error;
  }
}

/** @throws DivergedHistoryError */
async function countMissing(repository: GitRepository, lastImported: string | undefined): Promise<number> {
  try {
    return await repository.countCommits(lastImported);
  } catch (cause) {
    if (!(cause instanceof GitError) || cause.reason !== 'history-rewritten' || lastImported === undefined)
      throw cause;
    throw new DivergedHistoryError(repository.path, { head: repository.head, lastImported }, { cause });
  }
}
