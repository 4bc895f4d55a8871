import type { JournalRecord, SliceQuery } from '../store/index.js';
import type { EventTable } from './event-tables.js';
import type { Settled } from './in-flight-writers.js';
import { RECORD_COLUMNS, toRecord, type JournalRow } from './journal-sql.js';
import { lifeSql } from './writers-sql.js';

/** How many positions one statement looks at, however few of them are asked for. */
export const SCAN_SIZE = 2000;

/** A row of {@link sliceSql}: an event, the first hole, or the last position that was looked at. */
export type SliceRow = { [column in keyof JournalRow]: JournalRow[column] | null } & {
  readonly scanned: string;
  /** The first position in front of this row that may yet be filled. */
  readonly hole: string | null;
  /** Nothing was looked at behind it. */
  readonly is_last: boolean;
  /** As many positions were looked at as one statement may. */
  readonly is_full: boolean;
};

/** What one statement has found out. */
export interface Scan {
  readonly records: readonly JournalRecord[];
  /** Everything asked for up to here is in `records`. */
  readonly upTo: bigint;
  /** The position behind `upTo`, when it is missing and may yet be filled. */
  readonly hole: bigint | undefined;
  readonly more: boolean;
}

/**
 * A statement that answers the events of a slice, the first hole that is not settled, and how far it has looked.
 *
 * It walks over a limited range of positions, whatever is asked for, and fetches only what it answers.
 *
 * @param scanSize how many positions that is; not less than the events asked for.
 */
export function sliceSql(
  { path }: EventTable,
  { after, types, partition, limit, beyondHoles = false }: SliceQuery,
  settled: Settled,
  scanSize: number,
): { sql: string; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const parameter = (value: unknown): string => `$${parameters.push(value)}`;
  const [from, of, known, life] = [after.toString(), path, settled.upTo.toString(), settled.life].map(
    parameter,
  );
  const holes = beyondHoles ? 'false' : 'position > expected';
  const conditions: string[] = [];
  if (types) conditions.push(`event_type = any(${parameter(types)}::text[])`);
  if (partition && partition.of > 1) {
    conditions.push(`${partitionSql(parameter(partition.of))} = ${parameter(partition.index)}::bigint`);
  }
  const most = Math.min(limit, SCAN_SIZE);
  const size = parameter(conditions.length > 0 ? scanSize : most);
  const sql = `
    with scanned as (
      select position, ${conditions.join(' and ') || 'true'} as is_wanted from ${path}
      where position > ${from}::bigint order by position limit ${size}::bigint
    ), compared as (
      select position, is_wanted,
        1 + greatest(lag(position, 1, ${from}::bigint) over forward, (
          select case when ${lifeSql(of!)} = ${life}::text then ${known}::bigint else 0 end
        )) as expected,
        lead(position) over forward is null as is_last,
        row_number() over forward = ${size}::bigint as is_full,
        count(*) filter (where is_wanted) over forward as found
      from scanned window forward as (order by position)
    ), judged as (
      select *, ${holes} as is_behind_hole, count(*) filter (where ${holes}) over (order by position) as holes
      from compared
    )
    select judged.position::text as scanned, case when is_behind_hole then expected::text end as hole,
      is_last, is_full, record.*
    from judged
    left join lateral (
      select ${RECORD_COLUMNS} from ${path} as journal where journal.position = judged.position limit 1
    ) as record on is_wanted and holes = 0
    where found <= ${parameter(most)}::bigint
      and (holes = 0 and (is_wanted or is_last) or holes = 1 and is_behind_hole)
    order by judged.position`;
  return { sql, parameters };
}

/** Reads the answer to {@link sliceSql}. */
export function toScan(rows: readonly SliceRow[], after: bigint): Scan {
  const records = rows.filter(isRecord).map(toRecord);
  const end = rows.at(-1);
  if (!end) return { records, upTo: after, hole: undefined, more: false };
  if (end.hole !== null) {
    const hole = BigInt(end.hole);
    return { records, upTo: hole - 1n, hole, more: false };
  }
  return { records, upTo: BigInt(end.scanned), hole: undefined, more: end.is_full || !end.is_last };
}

function isRecord(row: SliceRow): row is SliceRow & JournalRow {
  return row.journal_position !== null;
}

/** The same as `partitionOf` computes. */
function partitionSql(of: string): string {
  const digest = `md5(convert_to(aggregate_type || ' ' || aggregate_id, 'UTF8'))`;
  return `('x' || substr(${digest}, 1, 8))::bit(32)::bigint % ${of}::bigint`;
}
