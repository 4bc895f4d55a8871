import { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { installTypeScriptLoader } from './typescript-loader.js';

// A program with an embedded PostgreSQL, run by program-run.ts: node embedded-program.js <directory> <end>
// It prints one line of JSON when it is up, or with the error; <end> says how it ends.
const [directory, end] = process.argv.slice(2);
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

installTypeScriptLoader();
const { startEmbeddedPostgres } = await import('../../sample-app/database/embedded-postgres.ts');
const database = await startEmbeddedPostgres({ directory, settings: { fsync: 'off' } }).catch((error) => {
  say({ error: error.message });
  process.exit(1);
});
say({ url: database.url });

if (end === 'exit') process.exit(0);
if (end === 'throw') throw new Error('on purpose');
if (end !== 'end') setInterval(() => undefined, 60_000);
if (end === 'hook') await endAsNestDoes();

/** Works on after Ctrl-C, then raises the signal again without its own listener. */
async function endAsNestDoes() {
  const client = new Client(database.url);
  await client.connect();
  const signal = new Promise((resolve) => process.once('SIGINT', resolve));
  say({ listening: true });
  await signal;
  await sleep(300);
  const { rows } = await client.query('SELECT 42 AS answer');
  await client.end();
  say(rows[0]);
  process.kill(process.pid, 'SIGINT');
}
