import { query } from '../../harness/bench-server.js';
import { READING_SQL } from '../../harness/reading-sql.js';

/** Fills an empty journal as the store would write it: readings of meters in turns, with a gap-free order. */
export async function fillBySql(url: string, events: number, streams = 1_000): Promise<void> {
  await query(
    url,
    `insert into event_journal
       (aggregate_type, aggregate_id, aggregate_version, event_id, event_type, event_version, event_data, metadata)
     select 'meter', 'meter-' || (n % $2), n / $2 + 1, gen_random_uuid(), 'meter_reading_taken', 1, ${READING_SQL},
       jsonb_build_object('correlationId', gen_random_uuid())
     from generate_series(0, $1::int - 1) as n
     order by n`,
    [events, streams],
  );
  await query(url, 'vacuum analyze event_journal');
}
