// One of several processes that append to the same stream; see race.spec.ts.
import { installTypeScriptLoader } from '../postgres/typescript-loader.js';

installTypeScriptLoader();
const { runRace } = await import('./race-writers.ts');
process.send(await runRace(JSON.parse(process.env.RACE)));
process.disconnect();
