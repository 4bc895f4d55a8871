import { setTimeout as sleep } from 'node:timers/promises';
import { asAdmin } from './admin-connection.js';
import type { TestDatabase } from './test-database.js';

/**
 * Fails when something still holds a connection to a database, such as an application after its shutdown.
 *
 * The server notices a closed connection a little later, so it looks again for up to 5 seconds.
 *
 * @throws Error that names each connection and its last query.
 */
export async function assertNoConnectionsLeft(db: TestDatabase): Promise<void> {
  const left = await asAdmin(async (admin) => {
    for (const deadline = Date.now() + 5000; ; await sleep(25)) {
      const { rows } = await admin.query<{ connection: string }>(
        `SELECT format('%s, %s since %s: %s', coalesce(nullif(application_name, ''), 'pid ' || pid), state,
                       to_char(state_change, 'HH24:MI:SS.MS'), left(query, 500)) AS connection
           FROM pg_stat_activity
          WHERE datname = $1 AND backend_type = 'client backend'
          ORDER BY backend_start`,
        [db.name],
      );
      if (rows.length === 0 || Date.now() > deadline) return rows;
    }
  });
  if (left.length === 0) return;
  const list = left.map(({ connection }) => `  ${connection}`).join('\n');
  throw new Error(`${left.length} connection(s) to ${db.name} were left open:\n${list}`);
}
