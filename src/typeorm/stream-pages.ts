import type { JournalRecord, StreamQuery } from '../store/index.js';
import { sendAhead } from './read-ahead.js';

/** A little more than a round number, so that a stream of a round number of events needs no page to see its end. */
const PAGE_SIZE = 1024;
/** The highest version that PostgreSQL can store. */
export const LAST_VERSION = 2 ** 31 - 1;

/** What a page may hold of a stream. */
export interface PageRange {
  readonly from: number;
  readonly to: number;
  readonly size: number;
}

/** Fetches the first events of a range, or the last ones where it reads backwards. */
export type PageSource = (range: PageRange) => Promise<readonly JournalRecord[]>;

/**
 * The pages of one stream, each fetched along the index; for one reader, who asks for one after the other.
 *
 * No generator: most streams are one page, and a generator costs more than the events of a short one.
 */
export class StreamPages implements AsyncIterableIterator<readonly JournalRecord[], void> {
  readonly #fetch: PageSource;
  readonly #backwards: boolean;
  readonly #readsAhead: boolean;
  #from: number;
  #to: number;
  #left: number;
  #ahead: Promise<readonly JournalRecord[]> | undefined;

  constructor(query: StreamQuery, fetch: PageSource) {
    const { fromVersion = 1, toVersion, limit = Infinity, backwards = false } = query;
    this.#fetch = fetch;
    this.#backwards = backwards;
    // A caller's connection is the caller's while a page is worked on.
    this.#readsAhead = !query.transaction;
    this.#from = Math.max(fromVersion, 1);
    this.#to = Math.min(toVersion ?? LAST_VERSION, LAST_VERSION);
    this.#left = limit;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next page that has events. */
  async next(): Promise<IteratorResult<readonly JournalRecord[], void>> {
    while (this.#ahead || !this.#isDone) {
      const page = await (this.#ahead ?? this.#fetchNext());
      this.#ahead = this.#readsAhead && !this.#isDone ? this.#fetchNext() : undefined;
      if (this.#ahead) await sendAhead(this.#ahead);
      if (page.length > 0) return { value: page };
    }
    return { done: true, value: undefined };
  }

  get #isDone(): boolean {
    return this.#left <= 0 || this.#from > this.#to;
  }

  async #fetchNext(): Promise<readonly JournalRecord[]> {
    const size = Math.min(PAGE_SIZE, this.#left);
    const records = await this.#fetch({ from: this.#from, to: this.#to, size });
    this.#left = records.length < size ? 0 : this.#left - size;
    const last = records.at(-1)?.aggregateVersion;
    if (last !== undefined && this.#backwards) this.#to = last - 1;
    else if (last !== undefined) this.#from = last + 1;
    return records;
  }
}
