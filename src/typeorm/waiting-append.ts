import { streamKey, type AppendResult, type StreamAppend } from '../store/index.js';

/** How many appends share a statement at the most. */
const MAX_APPENDS = 128;
/** How much text a shared statement carries at the most, in UTF-16 units; an append with more goes alone. */
const MAX_TEXT = 1024 * 1024;

/** An append that has not been answered. */
export class WaitingAppend {
  /** How many of its streams others are before it in. */
  behind = 0;
  /** Its streams, by a name that none of them shares with another. */
  readonly keys: readonly string[];
  readonly #ids: readonly string[];
  readonly #text: number;

  constructor(
    readonly appends: readonly StreamAppend[],
    readonly resolve: (result: AppendResult) => void,
    readonly reject: (error: unknown) => void,
  ) {
    this.keys = appends.map(({ aggregateType, aggregateId }) => streamKey(aggregateType, aggregateId));
    this.#ids = appends.flatMap(({ records }) => records.map(({ eventId }) => eventId));
    this.#text = appends.reduce((sum, append) => sum + textOf(append), 0);
  }

  /**
   * Takes those that can share the next statement away from a list, which are the first one at least.
   *
   * @param most how many to take at the most.
   */
  static takeFrom(ready: WaitingAppend[], most: number): WaitingAppend[] {
    const ids = new Set<string>();
    let count = 0;
    for (let text = 0; count < ready.length && count < Math.min(most, MAX_APPENDS); count += 1) {
      const next = ready[count]!;
      text += next.#text;
      // Several streams are all or nothing, and a shared statement is not.
      if (count > 0 && (next.appends.length > 1 || text > MAX_TEXT)) break;
      // What is stored is known by its id alone: of two appends of one event, it could be either's.
      if (next.#ids.some((id) => ids.has(id))) break;
      for (const id of next.#ids) ids.add(id);
      if (next.appends.length > 1) text = Infinity;
    }
    return ready.splice(0, count);
  }
}

function textOf({ aggregateId, records }: StreamAppend): number {
  return records.reduce(
    (sum, { data, dataTypes, metadata }) => sum + data.length + (dataTypes?.length ?? 0) + metadata.length,
    aggregateId.length,
  );
}
