// What it costs to read old events: `npm run bench:versions`. Prints ratios; machines are noisy, so only those count.
import { installTypeScriptLoader } from '../test/postgres/typescript-loader.js';

installTypeScriptLoader();
const { measureOldVersions } = await import('./old-versions.ts');
await measureOldVersions(Number(process.argv[2] ?? 7));
