import { partitionOf, type JournalRecord, type SliceQuery } from '../store/index.js';
import { toRecord, type JournalRow } from './journal-sql.js';

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

/** Picks what is asked for from all rows behind a position, up to the first hole. */
export function scanDense(rows: readonly JournalRow[], query: SliceQuery): Scan {
  const isWanted = filterOf(query);
  const records: JournalRecord[] = [];
  let upTo = query.after;
  for (const row of rows) {
    const position = BigInt(row.journal_position);
    if (position > upTo + 1n && !query.beyondHoles) return { records, upTo, hole: upTo + 1n };
    if (isWanted(row)) {
      if (records.length === query.limit) {
        return { records, upTo: records.at(-1)?.position ?? query.after, isCut: true };
      }
      records.push(toRecord(row));
    }
    upTo = position;
  }
  return { records, upTo };
}

function filterOf({ types, partition }: SliceQuery): (row: JournalRow) => boolean {
  const wanted = types && new Set(types);
  return ({ event_type, aggregate_type, aggregate_id }) =>
    (!wanted || wanted.has(event_type)) &&
    (!partition || partitionOf(aggregate_type, aggregate_id, partition.of) === partition.index);
}
