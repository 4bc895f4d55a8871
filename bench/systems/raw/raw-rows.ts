import { query } from '../../harness/bench-server.js';
import { READING_SQL } from '../../harness/reading-sql.js';

/** Fills an empty table: readings of meters in turns. */
export async function fillRawBySql(url: string, events: number, streams = 1_000): Promise<void> {
  await query(
    url,
    `insert into events (event_id, stream, version, type, data, metadata)
     select gen_random_uuid(), 'meter-' || (n % $2), n / $2 + 1, 'reading_taken', ${READING_SQL},
       jsonb_build_object('correlationId', gen_random_uuid())
     from generate_series(0, $1::int - 1) as n
     order by n`,
    [events, streams],
  );
  await query(url, 'vacuum analyze events');
}
