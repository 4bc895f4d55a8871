import { streamKey, type ImportRecord } from '../../store/index.js';

/** How many streams' versions are remembered. */
const MAX_REMEMBERED = 100_000;

/** Which version an event of an import gets. */
export interface NextVersion {
  /** `null` where it follows on what the journal has of the stream. */
  readonly version: number | null;
  /** Its place among the events of the same stream that are stored with it, from 1. */
  readonly step: number;
}

/**
 * Remembers the versions of streams that an import has stored itself, which the database then need not look up.
 *
 * A stream that others append to as well is not worth remembering.
 */
export class StreamVersions {
  /** By stream; those that were used last stand last. `null`: others append to it. */
  readonly #known = new Map<string, number | null>();

  /** The versions that come next for some events. */
  next(records: readonly ImportRecord[]): NextVersion[] {
    const steps = new Map<string, number>();
    return records.map((record) => {
      const key = keyOf(record);
      const step = (steps.get(key) ?? 0) + 1;
      steps.set(key, step);
      const known = this.#known.get(key) ?? null;
      return { version: known === null ? null : known + step, step };
    });
  }

  /** Remembers what was stored. */
  remember(records: readonly ImportRecord[], versions: readonly number[]): void {
    records.forEach((record, index) => {
      const key = keyOf(record);
      if (this.#known.get(key) !== null) this.#note(key, versions[index]!);
    });
  }

  /** Forgets what could not be stored, because others took the versions. */
  forget(records: readonly ImportRecord[]): void {
    for (const record of records) this.#note(keyOf(record), null);
  }

  #note(key: string, version: number | null): void {
    this.#known.delete(key);
    this.#known.set(key, version);
    if (this.#known.size <= MAX_REMEMBERED) return;
    const [oldest] = this.#known.keys();
    this.#known.delete(oldest!);
  }
}

function keyOf({ aggregateType, aggregateId }: ImportRecord): string {
  return streamKey(aggregateType, aggregateId);
}
