import { setImmediate as others } from 'node:timers/promises';
import { unlessAborted } from '../unless-aborted.js';
import { ImportedEventError } from './import.errors.js';
import { ImportBatch } from './import-batch.js';
import type { ImportEncoder } from './import-encoder.js';
import type { ImportedEvent, ImportItem } from './import-source.js';
import type { SourceIterator } from './source-iterator.js';

/** After how many events other work gets its turn: a source need not wait for anything, and a batch is to be sent. */
const READ_AT_ONCE = 200;

/** What batches are made of. */
export interface BatchReaderParts {
  readonly importName: string;
  readonly source: SourceIterator;
  readonly encoder: ImportEncoder;
  readonly batchSize: number;
  /** Whether the instances are needed when they are stored. */
  readonly keepsEvents: boolean;
  readonly signal: AbortSignal;
}

/** Reads the source of an import by the batch; it asks for no more than one batch is filled with. */
export class BatchReader {
  /** @param done how many events are stored already. */
  constructor(
    private readonly parts: BatchReaderParts,
    private done: number,
  ) {}

  /** The next batch; `undefined` at the end. @throws ImportedEventError; the signal's reason; what the source throws */
  async next(): Promise<ImportBatch | undefined> {
    const { signal } = this.parts;
    signal.throwIfAborted();
    const batch = await unlessAborted(this.#fill(new ImportBatch(this.done)), signal);
    this.done += batch.records.length;
    return batch.records.length > 0 ? batch : undefined;
  }

  async #fill(batch: ImportBatch): Promise<ImportBatch> {
    const { source, batchSize, signal } = this.parts;
    for (let pause = 0; !batch.isFull(batchSize) && !signal.aborted;) {
      if (batch.records.length >= pause) {
        await others();
        pause = batch.records.length + READ_AT_ONCE;
      }
      const result = await source.next();
      if (result.done) break;
      const item = result.value;
      if (!isArray(item)) this.#add(item, batch);
      else for (const event of item) this.#add(event, batch);
      batch.endItem();
    }
    return batch;
  }

  #add(given: ImportedEvent, batch: ImportBatch): void {
    const { importName, encoder, keepsEvents } = this.parts;
    try {
      batch.add(encoder.toRecord(given));
      if (keepsEvents) batch.events.push(given.event);
    } catch (cause) {
      const eventNumber = batch.done + batch.records.length + 1;
      throw new ImportedEventError({ importName, eventNumber, stream: nameOf(given) }, cause);
    }
  }
}

function isArray(item: ImportItem): item is readonly ImportedEvent[] {
  return Array.isArray(item);
}

function nameOf(given: Partial<ImportedEvent> | null | undefined): string | undefined {
  const { aggregate, id } = given?.stream ?? {};
  return typeof id === 'string' ? `${aggregate?.name} ${JSON.stringify(id)}` : undefined;
}
