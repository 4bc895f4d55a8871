import type { JournalRecord, JournalSlice, SliceQuery } from '../store/index.js';
import { asStored } from './as-stored.js';
import { filterOf } from './dense-scan.js';

/** How many events are kept, and for how many milliseconds: whoever follows the journal closely asks at once. */
const MOST = 64;
const LONGEST = 100;
/** Longer payloads are not kept, in bytes or UTF-16 units. */
const LARGEST = 16_384;

interface Kept {
  readonly record: JournalRecord;
  readonly since: number;
}

/**
 * What this process has stored last: who stands right before it in the journal need not read it.
 *
 * A committed event at the very next position is the next one, as nothing can come in between. What is behind a hole,
 * even one of somebody else's events, only the journal can tell.
 */
export class RecentAppends {
  readonly #kept = new Map<bigint, Kept>();
  #isAskedFor = false;

  /** Notes what is committed, as it was sent. */
  add(records: readonly JournalRecord[]): void {
    if (!this.#isAskedFor) return;
    const since = performance.now();
    for (const record of records) {
      if (record.data.length <= LARGEST) this.#kept.set(record.position, { record, since });
    }
    for (const position of this.#kept.keys()) {
      if (this.#kept.size <= MOST) break;
      this.#kept.delete(position);
    }
  }

  /** What follows a position at once; `undefined` when none of it is known here. */
  slice(query: SliceQuery): JournalSlice | undefined {
    this.#isAskedFor = true;
    const { after, limit } = query;
    if (!this.#kept.has(after + 1n)) return undefined;
    const isWanted = filterOf(query);
    const oldest = performance.now() - LONGEST;
    const records: JournalRecord[] = [];
    let upTo = after;
    for (; records.length < limit; upTo += 1n) {
      const kept = this.#kept.get(upTo + 1n);
      if (!kept || kept.since < oldest) break;
      if (isWanted(kept.record)) records.push(asStored(kept.record));
    }
    // There may be more, of others.
    return upTo > after ? { records, upTo, more: true } : undefined;
  }
}
