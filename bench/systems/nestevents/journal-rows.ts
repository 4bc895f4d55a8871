import { query } from '../../harness/bench-server.js';
import { READING_SQL } from '../../harness/reading-sql.js';

const AT_ONCE = 1_000_000;

/** Which events a journal gets. */
interface Filling {
  /** How many it has already. @default 0 */
  readonly from?: number;
  /** @default 1_000 */
  readonly streams?: number;
}

/** Fills a journal up to so many events, as the store would write them: readings of so many meters in turns. */
export async function fillBySql(url: string, events: number, filling: Filling = {}): Promise<void> {
  const { from: first = 0, streams = 1_000 } = filling;
  const newId = (await versionOf(url)) >= 180_000 ? 'uuidv7()' : 'gen_random_uuid()';
  for (let from = first; from < events; from += AT_ONCE) {
    await query(
      url,
      `insert into event_journal
         (aggregate_type, aggregate_id, aggregate_version, event_id, event_type, event_version, event_data, metadata)
       select 'meter', 'meter-' || (n % $3), n / $3 + 1, ${newId}, 'meter_reading_taken', 1, ${READING_SQL},
         jsonb_build_object('correlationId', gen_random_uuid())
       from generate_series($1::int, $2::int - 1) as n
       order by n`,
      [from, Math.min(from + AT_ONCE, events), streams],
    );
  }
  await query(url, 'vacuum analyze event_journal');
}

async function versionOf(url: string): Promise<number> {
  const [found] = await query<{ version: string }>(
    url,
    `select current_setting('server_version_num') as version`,
  );
  return Number(found!.version);
}
