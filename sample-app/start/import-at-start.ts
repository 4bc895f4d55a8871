import type { INestApplicationContext } from '@nestjs/common';
import { CHECKOUT } from '../checkout.js';
import { GitError, GitRepository } from '../files/git/index.js';
import { ConcurrentImportError, DivergedHistoryError } from '../files/import/import.errors.js';
import { HistoryImporter } from '../files/import/history-importer.js';
import { format } from './journal-summary.js';
import { ProgressBar } from './progress-bar.js';

/**
 * Opens the repository to import.
 *
 * One that was asked for has to be there. The sample's own may be missing, as where it was unpacked from an archive:
 * that is said, and the sample serves what else it has.
 */
export async function openRepository(path: string | undefined): Promise<GitRepository | null> {
  try {
    return await GitRepository.open(path ?? CHECKOUT);
  } catch (error) {
    if (path !== undefined || !(error instanceof GitError)) throw error;
    print(`Nothing to import: ${error.message}\nStart with --git <path> to import any git repository.`);
    return null;
  }
}

/** Imports what is not imported yet, and says how it went. As above, an import that was not asked for may fail. */
export async function importAtStart(
  app: INestApplicationContext,
  repository: GitRepository,
  asked: boolean,
): Promise<void> {
  const bar = new ProgressBar();
  const begun = performance.now();
  try {
    const { commits, events } = await app.get(HistoryImporter).import(repository, bar);
    bar.end();
    const seconds = (performance.now() - begun) / 1000;
    if (commits === 0)
      return print(`The history of ${repository.path} was imported before; there is nothing new.`);
    print(
      `Imported ${count(commits, 'commit')} of ${repository.path} as ${count(events, 'event')} ` +
        `in ${seconds.toFixed(1)} s: ${format(Math.round(events / seconds))} events/s`,
    );
  } catch (error) {
    bar.end();
    if (asked || !isForeseen(error)) throw error;
    print(`Nothing was imported: ${error.message}`);
  }
}

function count(number: number, what: string): string {
  return `${format(number)} ${what}${number === 1 ? '' : 's'}`;
}

function isForeseen(error: unknown): error is Error {
  return (
    error instanceof GitError ||
    error instanceof ConcurrentImportError ||
    error instanceof DivergedHistoryError
  );
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
