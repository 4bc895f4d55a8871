import { isInPartition, type JournalRecord, type SliceQuery } from '../store/index.js';

/** What a walk over rows has found out. */
export interface Scan {
  readonly records: readonly JournalRecord[];
  /** Everything asked for up to here is in `records`. */
  readonly upTo: bigint;
  /** The position behind `upTo`, when it is missing and may yet be filled. */
  readonly hole?: bigint;
  /** Something asked for did not fit. */
  readonly isCut?: boolean;
}

/** Picks what is asked for from all events behind a position, up to the first hole. */
export function scanDense(all: readonly JournalRecord[], query: SliceQuery): Scan {
  const isWanted = filterOf(query);
  const records: JournalRecord[] = [];
  let upTo = query.after;
  for (const record of all) {
    const { position } = record;
    if (position > upTo + 1n && !query.beyondHoles) return { records, upTo, hole: upTo + 1n };
    if (isWanted(record)) {
      if (records.length === query.limit) {
        return { records, upTo: records.at(-1)?.position ?? query.after, isCut: true };
      }
      records.push(record);
    }
    upTo = position;
  }
  return { records, upTo };
}

/** What a query asks for among the events of the journal. */
export function filterOf({ types, partition }: SliceQuery): (record: JournalRecord) => boolean {
  const wanted = types && new Set(types);
  return (record) =>
    (!wanted || wanted.has(record.eventType)) && (!partition || isInPartition(partition, record));
}
