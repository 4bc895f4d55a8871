// One of several processes that append to the same streams; see overlapping-appends.spec.ts.
import { installTypeScriptLoader } from '../postgres/typescript-loader.js';

installTypeScriptLoader();
const { runOverlap } = await import('./overlap-writers.ts');
process.send(await runOverlap(JSON.parse(process.env.OVERLAP)));
process.disconnect();
