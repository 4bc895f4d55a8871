import type { BatchReader } from './batch-reader.js';
import type { BatchWriter } from './batch-writer.js';
import type { ImportBatch } from './import-batch.js';
import type { ImportProgress } from './import-source.js';

/** What a run of an import works with. */
export interface ImportRunParts {
  readonly reader: BatchReader;
  readonly writer: BatchWriter;
  /** Stops the reader. */
  readonly stop: AbortController;
  /** Is told after all that was stored. */
  readonly onStored: (progress: ImportProgress) => void;
}

/** Moves events from the source to the journal: one batch is read and encoded while the one before it is stored. */
export class ImportRun {
  readonly #parts: ImportRunParts;
  #progress: ImportProgress;

  /** @param done how many events are stored already. */
  constructor(parts: ImportRunParts, done: number) {
    this.#parts = parts;
    this.#progress = { done, stored: 0, position: null };
  }

  async run(): Promise<ImportProgress> {
    const { reader, stop } = this.#parts;
    let storing: Promise<void> = Promise.resolve();
    try {
      for (;;) {
        const batch = await reader.next();
        await storing;
        if (!batch) return this.#progress;
        storing = this.#store(batch);
        storing.catch((error: unknown) => stop.abort(error));
      }
    } finally {
      // Nothing is on its way any more when this ends, and what became of an earlier batch comes first.
      await storing;
    }
  }

  async #store(batch: ImportBatch): Promise<void> {
    const { writer, onStored } = this.#parts;
    await writer.write(batch, (events, position) => {
      const { done, stored } = this.#progress;
      this.#progress = { done: done + events, stored: stored + events, position };
      onStored(this.#progress);
    });
  }
}
