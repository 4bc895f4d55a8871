import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';

const LOOK_INTERVAL = 50;

/** Waits until every handler is past the newest event with nothing left to try. @returns what is not, if time is up */
export async function settle(client: Client, patience: number, signal: AbortSignal): Promise<string[]> {
  const deadline = Date.now() + patience;
  for (;;) {
    const left = await unsettled(client);
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(LOOK_INTERVAL, undefined, { signal });
  }
}

async function unsettled(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ what: string }>(
    `with head as (select coalesce(max(position), 0) as position from event_journal)
     select format('%s %s (partition %s of %s) is at %s of %s%s, owner %s until %s', handler, course, partition,
       partitions, checkpoint.position, head.position, case when paused then ', paused' else '' end,
       coalesce(owner, 'nobody'), lease_until) as what
     from projection_checkpoint as checkpoint, head
     where course = 'rebuild' or rebuild_until is not null
       or checkpoint.position < head.position and handler <> 'torture.inline'
     union all
     select format('%s %s tries %s %s again: %s', handler, course, event_type, event_id, error)
     from projection_parked_event where status = 'retrying'`,
  );
  return rows.map(({ what }) => what);
}

/** What waits for whom, where something did not settle. */
export async function blocked(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ what: string }>(
    `select format('%s (%s, %s) since %s by %s: %s', pid, application_name, state, state_change,
       pg_blocking_pids(pid), left(query, 200)) as what
     from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()
       and (state <> 'idle' or cardinality(pg_blocking_pids(pid)) > 0)`,
  );
  return rows.map(({ what }) => what);
}
