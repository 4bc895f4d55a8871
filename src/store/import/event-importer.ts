import type { DomainModel } from '../../domain/index.js';
import type { EventWriter } from '../event-writer.js';
import type { InlineHandlers } from '../inline-handlers.js';
import type { Journal } from '../journal.js';
import type { WrittenSchemas } from '../written-schemas.js';
import { BatchReader } from './batch-reader.js';
import { BatchWriter } from './batch-writer.js';
import { ImportInterruptedError } from './import.errors.js';
import { assertImportName, checkedBatchSize } from './import-checks.js';
import { ImportEncoder } from './import-encoder.js';
import { ImportRun } from './import-run.js';
import type { ImportOptions, ImportProgress, ImportSource } from './import-source.js';
import { SourceIterator } from './source-iterator.js';

/** What imports need of an event store. */
export interface EventImporterParts {
  readonly model: DomainModel;
  readonly journal: Journal;
  readonly writer: EventWriter;
  readonly written: WrittenSchemas;
  /** Is told whenever events were stored. */
  readonly onStored: () => void;
}

/** Runs the imports of an event store. */
export class EventImporter {
  readonly #parts: EventImporterParts;
  readonly #running = new Map<Promise<unknown>, () => void>();
  #inline: InlineHandlers | undefined;

  constructor(parts: EventImporterParts) {
    this.#parts = parts;
  }

  /** Has events handled in the transaction of their batch from now on. */
  handleInline(handlers: InlineHandlers): void {
    this.#inline = handlers;
  }

  /** @see EventStore.import */
  async import(name: string, source: ImportSource, options: ImportOptions): Promise<ImportProgress> {
    assertImportName(name);
    const batchSize = checkedBatchSize(options);
    const stop = new AbortController();
    const abort = (): void => stop.abort(options.signal?.reason);
    options.signal?.addEventListener('abort', abort, { once: true });
    if (options.signal?.aborted) abort();
    const run = this.#run(name, source, { ...options, batchSize }, stop);
    this.#running.set(run, () => stop.abort(new ImportInterruptedError(name)));
    try {
      return await run;
    } finally {
      this.#running.delete(run);
      options.signal?.removeEventListener('abort', abort);
    }
  }

  /** Stops all imports behind the batch that each is storing. */
  async stop(): Promise<void> {
    for (const interrupt of this.#running.values()) interrupt();
    await Promise.allSettled(this.#running.keys());
  }

  async #run(
    importName: string,
    given: ImportSource,
    { batchSize, validate, onProgress }: ImportOptions & { readonly batchSize: number },
    stop: AbortController,
  ): Promise<ImportProgress> {
    const { model, journal, writer, written, onStored } = this.#parts;
    const { signal } = stop;
    const inline = this.#inline;
    signal.throwIfAborted();
    const claim = await journal.imports.begin(importName, signal);
    try {
      const source = new SourceIterator(given, claim.done);
      try {
        const encoder = new ImportEncoder(model, writer, validate === true);
        return await new ImportRun(
          {
            reader: new BatchReader(
              { importName, source, encoder, batchSize, keepsEvents: inline !== undefined, signal },
              claim.done,
            ),
            writer: new BatchWriter({ importName, claim, journal, written, inline, signal }),
            stop,
            onStored: (progress) => {
              onStored();
              onProgress?.(progress);
            },
          },
          claim.done,
        ).run();
      } finally {
        await source.close();
      }
    } finally {
      await claim.release();
    }
  }
}
