// The benchmark: `npm run bench -- --help`.
import { installTypeScriptLoader } from '../test/postgres/typescript-loader.js';
import { useBuiltLibrary } from './built-library.js';

installTypeScriptLoader();
// What users get is measured: the build, unless somebody wants to see at once what a change of the sources does.
if (!process.argv.includes('--sources')) useBuiltLibrary();
const { run } = await import('./command-line.ts');
process.exitCode = await run(process.argv.slice(2));
