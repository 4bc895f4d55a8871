// One of several processes that write to the same journal; see slices-race.spec.ts.
import { installTypeScriptLoader } from '../postgres/typescript-loader.js';

installTypeScriptLoader();
const { writeAtRandom } = await import('./slices-race-writers.ts');
process.send(await writeAtRandom(JSON.parse(process.env.RACE)));
process.disconnect();
