// npm run torture -- --minutes 3: see program.ts.
import { startTestServer, stopTestServer } from '../postgres/test-server.js';
import { installTypeScriptLoader } from '../postgres/typescript-loader.js';

installTypeScriptLoader();
const { runProgram } = await import('./program.ts');
await runProgram(process.argv, { start: startTestServer, stop: stopTestServer });
