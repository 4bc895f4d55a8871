import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Figures } from './figures.js';

const INTERVAL = 100;

/** Counts how often the parts of handlers pass from one instance to another, until it is told to end. */
export async function watchLeases(client: Client, figures: Figures, signal: AbortSignal): Promise<void> {
  const owners = new Map<string, string>();
  figures.set('take-overs', 0);
  while (!signal.aborted) {
    const { rows } = await client.query<{ unit: string; owner: string }>(
      `select concat_ws(' ', handler, course, partition) as unit, owner from projection_checkpoint
       where owner is not null and owner not like 'thief%'`,
    );
    for (const { unit, owner } of rows) {
      const before = owners.get(unit);
      if (before !== undefined && before !== owner) figures.count('take-overs');
      owners.set(unit, owner);
    }
    await sleep(INTERVAL, undefined, { signal }).catch(() => undefined);
  }
}
