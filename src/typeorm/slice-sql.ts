import type { SliceQuery } from '../store/index.js';
import type { EventTable } from './event-tables.js';
import type { Settled } from './in-flight-writers.js';
import type { Statement } from './sql.js';
import { lifeSql } from './writers-sql.js';

/**
 * A statement that answers what is asked for in a settled part of the journal, whose holes mean nothing.
 *
 * It answers nothing in another life of the table than the one that the part is settled in.
 *
 * @param upTo the end of that part.
 */
export function settledSql(
  { path }: EventTable,
  columns: string,
  { after, types, partition, limit }: SliceQuery,
  { upTo, life }: Settled,
): Statement {
  const parameters: unknown[] = [after.toString(), upTo.toString(), path, life];
  const parameter = (value: unknown): string => `$${parameters.push(value)}`;
  let filter = '';
  if (types) filter += ` and event_type = any(${parameter(types)}::text[])`;
  if (partition && partition.of > 1) {
    filter += ` and ${partitionSql(parameter(partition.of))} = ${parameter(partition.index)}::bigint`;
  }
  const text = `
    select ${columns} from ${path} as journal
    where position > $1::bigint and position <= $2::bigint and (select ${lifeSql('$3')}) = $4::text${filter}
    order by position limit ${limit}`;
  return { text, parameters };
}

/** What {@link beyondSql} answers. */
export interface Beyond {
  /** The first position there is; `null` when there is none. */
  readonly first: string | null;
  readonly same_life: boolean;
}

/** A statement that finds the first position behind another one, and whether the table lives as it did. */
export function beyondSql({ path }: EventTable, position: bigint, { life }: Settled): Statement {
  return {
    text: `select ${lifeSql('$2')} = $3::text as same_life,
      (select min(position)::text from ${path} where position > $1::bigint) as first`,
    parameters: [position.toString(), path, life],
  };
}

/** A statement that answers all there is behind a position, so that holes can be seen in it. */
export function denseSql({ path }: EventTable, columns: string, after: bigint, size: number): Statement {
  const text = `select ${columns} from ${path} as journal where position > $1::bigint order by position limit ${size}`;
  return { text, parameters: [after.toString()] };
}

/** The same as `partitionOf` computes. */
function partitionSql(of: string): string {
  const digest = `md5(convert_to(aggregate_type || ' ' || aggregate_id, 'UTF8'))`;
  return `('x' || substr(${digest}, 1, 8))::bit(32)::bigint % ${of}::bigint`;
}
