import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ConcurrentImportError as RunElsewhereError, EventStore } from 'nestevents';
import type { GitRepository } from '../git/index.js';
import { ImportedHistory } from '../imported-history.js';
import { CommitSource, type ImportProgress } from './commit-source.js';
import { ConcurrentImportError, ImportInterruptedError } from './import.errors.js';

/** What an import stored. */
export interface ImportResult {
  readonly commits: number;
  readonly events: number;
}

/** Stores the history of git repositories as events. */
@Injectable()
export class HistoryImporter implements OnModuleDestroy {
  readonly #shutdown = new AbortController();

  constructor(
    private readonly store: EventStore,
    private readonly history: ImportedHistory,
  ) {}

  /**
   * Imports what is not imported yet. Whenever this ends, even by a kill, all of a commit is stored or nothing of it,
   * and the next import goes on behind it.
   *
   * A repository whose head is imported, as that of an older checkout, has nothing to import.
   *
   * @throws DivergedHistoryError when the last imported commit is not part of the history; GitError;
   * ConcurrentImportError; ImportInterruptedError
   */
  async import(repository: GitRepository, progress?: ImportProgress): Promise<ImportResult> {
    try {
      return await this.#import(repository, progress);
    } catch (error) {
      throw this.#explain(repository, error);
    }
  }

  /** The event store ends its imports too, but only when a signal to all processes may have ended git. */
  onModuleDestroy(): void {
    this.#shutdown.abort();
  }

  async #import(repository: GitRepository, progress?: ImportProgress): Promise<ImportResult> {
    const id = repository.rootCommit;
    this.history.defaultRepository = id;
    if (await this.history.hasCommit(id, repository.head, repository.headIndex))
      return { commits: 0, events: 0 };
    const source = new CommitSource(repository, this.history, progress);
    const { stored } = await this.store.import(`git repository ${id}`, () => source.events(), {
      onProgress: (reached) => source.noteStored(reached.stored),
      signal: this.#shutdown.signal,
    });
    return { commits: source.stored, events: stored };
  }

  /** The error that says what happened to the import. */
  #explain({ path }: GitRepository, error: unknown): unknown {
    // A signal to all processes of a terminal ends git too, and perhaps the database.
    if (this.#shutdown.signal.aborted) return new ImportInterruptedError(path, { cause: error });
    if (error instanceof RunElsewhereError) return new ConcurrentImportError(path, { cause: error });
    return error;
  }
}
