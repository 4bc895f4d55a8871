import { setImmediate as others } from 'node:timers/promises';
import { InvalidArgumentError } from '../../domain/index.js';
import { assertIterable } from './import-checks.js';
import type { ImportItem, ImportSource } from './import-source.js';

/** After how many skipped events other work gets its turn: a source need not wait for anything. */
const SKIPPED_AT_ONCE = 1000;

/** Reads the source of an import, behind what is stored of it. */
export class SourceIterator {
  readonly #iterator: AsyncIterator<ImportItem> | Iterator<ImportItem>;
  #left: number;
  #reading = false;
  /** Whether it has begun and not ended. */
  #open = false;
  #closed = false;

  /** @param done how many events are stored already. */
  constructor(
    source: ImportSource,
    private readonly done: number,
  ) {
    const isFunction = typeof source === 'function';
    const items: unknown = isFunction ? source(done) : source;
    assertIterable(items);
    this.#iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
    this.#left = isFunction ? 0 : done;
  }

  /** The next item. @throws whatever the source throws; InvalidArgumentError */
  next(): Promise<IteratorResult<ImportItem>> {
    return this.#left > 0 ? this.#skip().then(() => this.#read()) : this.#read();
  }

  /** Ends the source where it has begun and not ended; one that is asked for an item is told, but not waited for. */
  async close(): Promise<void> {
    this.#closed = true;
    if (!this.#open) return;
    try {
      const returned = this.#iterator.return?.();
      if (this.#reading) void Promise.resolve(returned).catch(() => undefined);
      else await returned;
    } catch {
      // What ended the import says more.
    }
  }

  async #skip(): Promise<void> {
    for (let atOnce = 0; this.#left > 0;) {
      const result = await this.#read();
      if (result.done) throw this.#other(`ends after ${this.done - this.#left} events`);
      const events = Array.isArray(result.value) ? result.value.length : 1;
      this.#left -= events;
      if (this.#left < 0) throw this.#other('gives an array across that place');
      atOnce += events;
      if (atOnce < SKIPPED_AT_ONCE) continue;
      atOnce = 0;
      await others();
    }
  }

  #other(problem: string): InvalidArgumentError {
    return new InvalidArgumentError(
      `${this.done} events are stored under the name of this import, but its source ${problem}`,
      'Give the events from the beginning, the same ones in the same order; or import others under another name.',
    );
  }

  async #read(): Promise<IteratorResult<ImportItem>> {
    // Nobody waits for it any more.
    if (this.#closed) return { done: true, value: undefined };
    this.#open = true;
    this.#reading = true;
    try {
      const result = await this.#iterator.next();
      this.#open = result.done !== true;
      return result;
    } catch (error) {
      this.#open = false;
      throw error;
    } finally {
      this.#reading = false;
    }
  }
}
