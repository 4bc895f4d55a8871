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

  constructor(
    readonly appends: readonly StreamAppend[],
    readonly resolve: (result: AppendResult) => void,
    readonly reject: (error: unknown) => void,
  ) {
    this.keys = appends.map(({ aggregateType, aggregateId }) => streamKey(aggregateType, aggregateId));
  }

  /**
   * Takes those that can share the next statement away from a list, which are the first one at least.
   *
   * @param most how many to take at the most.
   */
  static takeFrom(ready: WaitingAppend[], most: number): WaitingAppend[] {
    if (most === 1 || ready.length === 1) return ready.splice(0, 1);
    const ids = new Set<string>();
    let text = 0;
    let count = 0;
    for (; count < Math.min(ready.length, most, MAX_APPENDS); count += 1) {
      const { appends } = ready[count]!;
      // Several streams are all or nothing, and a shared statement is not.
      if (count > 0 && appends.length > 1) break;
      text += appends.reduce((sum, append) => sum + textOf(append), 0);
      if (count > 0 && text > MAX_TEXT) break;
      // What is stored is known by its id alone: of two appends of one event, it could be either's.
      const own = appends.flatMap(({ records }) => records.map(({ eventId }) => eventId));
      if (own.some((id) => ids.has(id))) break;
      for (const id of own) ids.add(id);
      if (appends.length > 1) text = Infinity;
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
