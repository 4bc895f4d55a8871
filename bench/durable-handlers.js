// How fast durable handlers are: `npm run bench:handlers -- [all|catch-up|latency|memory] [<events>] [<rounds>]`.
// Ratios are to raw `pg` in the same run; machines are noisy, so only those count.
import { installTypeScriptLoader } from '../test/postgres/typescript-loader.js';

installTypeScriptLoader();
const { measureCatchUp } = await import('./durable-handlers/catch-up.ts');
const { measureLatency } = await import('./durable-handlers/latency.ts');
const { measureMemory } = await import('./durable-handlers/memory.ts');

const [what = 'all', ...numbers] = process.argv.slice(2);
const [events, rounds = 3] = numbers.map(Number);
const fits = numbers.every((text) => /^[1-9]\d*$/.test(text));
if (!fits || !['all', 'catch-up', 'latency', 'memory'].includes(what)) {
  console.error('Usage: node bench/durable-handlers.js [all|catch-up|latency|memory] [<events>] [<rounds>]');
  process.exitCode = 1;
} else {
  if (what === 'all' || what === 'catch-up') await measureCatchUp(events ?? 200_000, rounds);
  if (what === 'all' || what === 'latency') await measureLatency(events ?? 200, rounds);
  if (what === 'all' || what === 'memory') await measureMemory(events ?? 1_000_000);
}
