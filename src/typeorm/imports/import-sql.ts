import type { EventTable } from '../event-tables.js';
import { aliveUntil } from './claim-sql.js';

/** What the import of a batch answers: one row, in which the lists are divided by commas and in the order given. */
export interface ImportedRow {
  /** The position of the last event. */
  readonly last: string;
  readonly versions: string;
  /** Only where it is asked for. */
  readonly positions?: string;
  /** Only where it is asked for; in milliseconds. */
  readonly created?: string;
}

/** How columns of text are divided: JSON is escaped where it has a line break, and the name of a type has none. */
const LINES = `E'\\n'`;

/**
 * One statement that stores events and how far their import has come, if it is still whose it was and where it was.
 *
 * It takes the RowExclusiveLock on the journal, then looks at the streams, then draws the positions, in the order
 * given: whoever holds a position that is not visible yet is found by that lock. Rows are written in the order of their
 * streams, as those of appends are, so that the two do not deadlock.
 *
 * A version that somebody else was faster to take violates a unique constraint, which takes the whole statement back.
 *
 * @param answer all of what is stored, or what it takes to go on. No row: the import is not whose it was.
 */
export function importSql(journal: EventTable, imports: EventTable, answer: 'all' | 'short'): string {
  const list = (value: string): string => `string_agg((${value})::text, ',' order by position)`;
  const more =
    answer === 'all'
      ? `, ${list('position')} as positions, ${list('(extract(epoch from create_date) * 1000)::bigint')} as created`
      : '';
  return `
    with import as (
      update ${imports.path} set done = done + $4::bigint, alive_until = ${aliveUntil('$5')}
      where name = $1 and fence = $2::bigint and done = $3::bigint
      returning 1
    ), stored as (
      insert into ${journal.path} (position, create_date, aggregate_type, aggregate_id, aggregate_version, event_id,
        event_type, event_version, event_data, event_bytes, event_data_types, metadata, correlation_id, causation_id)
      select position,
        coalesce(timestamptz 'epoch' + created * interval '1 millisecond',
          date_trunc('milliseconds', clock_timestamp())),
        aggregate_type, aggregate_id,
        coalesce(version, step + coalesce((
          select max(j.aggregate_version) from ${journal.path} j
          where j.aggregate_type = placed.aggregate_type and j.aggregate_id = placed.aggregate_id
        ), 0)), event_id, event_type, event_version, data::jsonb, bytes::bytea, data_types::jsonb,
        metadata::jsonb, correlation_id, causation_id
      from (
        select nextval($6::regclass) as position, given.* from (
          select * from unnest($7::text[], $8::text[], $9::int[], $10::int[], $11::uuid[], string_to_array($12, ${LINES}),
            $13::int[], $14::bigint[], string_to_array($15, ${LINES}, ''), string_to_array($16, ${LINES}, ''),
            string_to_array($17, ${LINES}, ''), string_to_array($18, ${LINES}, ''), $19::uuid[], $20::uuid[]
          ) with ordinality as e (aggregate_type, aggregate_id, version, step, event_id, event_type, event_version,
            created, data, bytes, data_types, metadata, correlation_id, causation_id, n)
          where exists (select from import)
          order by n
        ) as given
      ) as placed
      order by aggregate_type collate "C", aggregate_id collate "C", step
      returning position, create_date, aggregate_version
    )
    select max(position)::text as last, ${list('aggregate_version')} as versions${more} from stored having count(*) > 0`;
}
