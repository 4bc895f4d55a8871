// One of the processes that are tortured: a writer, or an instance with durable handlers; see tortured-process.ts.
import { installTypeScriptLoader } from '../postgres/typescript-loader.js';

installTypeScriptLoader();
const { obey } = await import('./obey.ts');
await obey();
