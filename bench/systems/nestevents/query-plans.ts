import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { query } from '../../harness/bench-server.js';
import { startApp } from './nestevents-app.js';
import { OpenNestevents } from './nestevents-system.js';

/** So often a statement is run before its plan counts: by then PostgreSQL has settled on one. */
const TURNS = 10;

const SETTINGS = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_level': 'notice',
};

/**
 * What PostgreSQL really does for calls of the library: `explain (analyze, buffers)` of all of their statements that
 * touch the journal, also inside of functions.
 *
 * It needs a superuser, and PostgreSQL's own module auto_explain; without them each plan says so.
 */
export async function plansOf<Name extends string>(
  url: string,
  calls: Record<Name, (open: OpenNestevents, turn: number) => Promise<unknown>>,
): Promise<Record<Name, string>> {
  try {
    await configure(url, (name, value) => `set ${name} = '${value}'`);
    const app = await startApp(url);
    try {
      const heard = listen(app.get(DataSource));
      const open = new OpenNestevents(url, app);
      const plans = {} as Record<Name, string>;
      for (const name of Object.keys(calls) as Name[]) {
        for (let turn = 0; turn < TURNS; turn += 1) {
          heard.length = 0;
          await calls[name](open, turn);
        }
        const told = heard.filter((plan) => plan.includes('event_journal')).map(withoutQuery);
        plans[name] = told.join('\n') || 'No plan was told.';
      }
      return plans;
    } finally {
      await app.close();
    }
  } finally {
    await configure(url, (name) => `reset ${name}`);
  }
}

async function configure(url: string, change: (name: string, value: string) => string): Promise<void> {
  const database = new URL(url).pathname.slice(1);
  for (const [name, value] of Object.entries(SETTINGS))
    await query(url, `alter database ${database} ${change(name, value)}`);
}

/** Notes what PostgreSQL tells on any connection of a pool. */
function listen(dataSource: DataSource): string[] {
  const heard: string[] = [];
  const clients = new WeakSet<PoolClient>();
  const { master } = dataSource.driver as unknown as { master: Pool };
  master.on('acquire', (client) => {
    if (clients.has(client)) return;
    clients.add(client);
    client.on('notice', ({ message }) => heard.push(message ?? ''));
  });
  return heard;
}

/** Leaves out the text of the query, whose parameters are long. */
function withoutQuery(plan: string): string {
  const lines = plan.split('\n');
  return lines.slice(lines.findIndex((line) => line.includes('(cost='))).join('\n');
}
