// How fast durable handlers are: `npm run bench:handlers [-- <what> [<events> [<rounds>]]]`, where <what> is
// catch-up, latency, memory or all. Ratios are to raw `pg` in the same run; machines are noisy, so only those count.
import { installTypeScriptLoader } from '../test/postgres/typescript-loader.js';

const USAGE = 'Usage: node bench/durable-handlers.js [all|catch-up|latency|memory] [<events>] [<rounds>]';

installTypeScriptLoader();
const { measureCatchUp } = await import('./durable-handlers/catch-up.ts');
const { measureLatency } = await import('./durable-handlers/latency.ts');
const { measureMemory } = await import('./durable-handlers/memory.ts');

const [what = 'all', events, rounds] = process.argv.slice(2);
const number = (text, otherwise) => (text === undefined ? otherwise : Number(text));
const measures = {
  'catch-up': () => measureCatchUp(number(events, 200_000), number(rounds, 5)),
  latency: () => measureLatency(number(events, 200), number(rounds, 5)),
  memory: () => measureMemory(number(events, 1_000_000)),
};
const chosen = what === 'all' ? Object.values(measures) : [measures[what]];
for (const each of [number(events, 1), number(rounds, 1)]) {
  if (!Number.isSafeInteger(each) || each < 1) chosen.push(undefined);
}
if (chosen.includes(undefined)) {
  console.error(USAGE);
  process.exitCode = 1;
} else {
  for (const measure of chosen) await measure();
}
