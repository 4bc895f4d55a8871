import { Presets, SingleBar } from 'cli-progress';
import type { ImportProgress } from '../files/import/commit-source.js';

/** Shows an import as a bar; where the output is no terminal, as a line every few seconds. */
export class ProgressBar implements ImportProgress {
  readonly #bar = new SingleBar(
    {
      format: 'Importing commits {bar} {percentage}% | {value}/{total} | {eta_formatted} to go',
      stream: process.stdout,
      noTTYOutput: true,
      notTTYSchedule: 3000,
      hideCursor: true,
      // Nest's shutdown hooks handle the signals.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );

  begin(done: number, total: number): void {
    if (total > done) this.#bar.start(total, done);
  }

  advance(commits: number): void {
    this.#bar.increment(commits);
  }

  end(): void {
    this.#bar.stop();
  }
}
