import type { JournalRecord, StreamQuery } from '../store/index.js';

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

/** The pages of one stream, each fetched along the index when it is asked for. */
export class StreamPages {
  readonly #fetch: PageSource;
  readonly #backwards: boolean;
  #from: number;
  #to: number;
  #left: number;

  constructor(
    { fromVersion = 1, toVersion, limit = Infinity, backwards = false }: StreamQuery,
    fetch: PageSource,
  ) {
    this.#fetch = fetch;
    this.#backwards = backwards;
    this.#from = Math.max(fromVersion, 1);
    this.#to = Math.min(toVersion ?? LAST_VERSION, LAST_VERSION);
    this.#left = limit;
  }

  /** Whether there is nothing more to fetch. */
  get isDone(): boolean {
    return this.#left <= 0 || this.#from > this.#to;
  }

  /** The next page; the last one may be empty. Not to be asked for before the one before it is there. */
  async next(): Promise<readonly JournalRecord[]> {
    const size = Math.min(PAGE_SIZE, this.#left);
    const records = await this.#fetch({ from: this.#from, to: this.#to, size });
    this.#left = records.length < size ? 0 : this.#left - size;
    const last = records.at(-1)?.aggregateVersion;
    if (last !== undefined && this.#backwards) this.#to = last - 1;
    else if (last !== undefined) this.#from = last + 1;
    return records;
  }
}
