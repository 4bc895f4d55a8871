import type { INestApplicationContext } from '@nestjs/common';
import { CHECKOUT } from '../checkout.js';
import { GitError, GitRepository } from '../files/git/index.js';
import {
  ConcurrentImportError,
  DivergedHistoryError,
  ImportInterruptedError,
} from '../files/import/import.errors.js';
import { HistoryImporter } from '../files/import/history-importer.js';
import { FILE_TREE } from '../files/read-model/file-tree.projection.js';
import { TreeCatchUp } from '../files/read-model/tree-catch-up.js';
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

/**
 * Imports what is not imported yet, waits until the current tree shows it, and says how it went. As above, an import
 * that was not asked for may fail.
 */
export async function importAtStart(
  app: INestApplicationContext,
  repository: GitRepository,
  asked: boolean,
): Promise<void> {
  const bar = new ProgressBar();
  const tree = app.get(TreeCatchUp);
  const handledBefore = await tree.handled();
  const begun = performance.now();
  try {
    const { commits, events } = await app.get(HistoryImporter).import(repository, bar);
    bar.end();
    if (commits === 0) {
      print(`The history of ${repository.path} was imported before; there is nothing new.`);
    } else {
      const imported = rateOf(events, secondsSince(begun));
      print(`Imported ${count(commits, 'commit')} of ${repository.path} as ${imported}`);
    }
    const end = performance.now();
    const caughtUp = await tree.wait();
    if (!caughtUp) throw new ImportInterruptedError(repository.path);
    const { handled, left } = caughtUp;
    if (left > 0) {
      print(
        `The current tree is ${count(left, 'event')} behind; GET /projections/${FILE_TREE} may tell why.`,
      );
    } else if (handled > handledBefore) {
      const followed = rateOf(handled - handledBefore, secondsSince(begun));
      print(
        `The current tree took in ${followed}, ${secondsSince(end).toFixed(1)} s of them after the import`,
      );
    }
  } catch (error) {
    bar.end();
    if (asked || !isForeseen(error)) throw error;
    print(`Nothing was imported: ${error.message}`);
  }
}

function rateOf(events: number, seconds: number): string {
  const perSecond = format(Math.round(events / seconds));
  return `${count(events, 'event')} in ${seconds.toFixed(1)} s: ${perSecond} events/s`;
}

function secondsSince(moment: number): number {
  return (performance.now() - moment) / 1000;
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
