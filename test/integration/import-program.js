// A process that runs an import and may be killed in the middle; see import-faults.spec.ts.
import { installTypeScriptLoader } from '../postgres/typescript-loader.js';

installTypeScriptLoader();
const { runImport } = await import('./import-runner.ts');
const answer = await runImport(JSON.parse(process.env.IMPORT), (progress) => process.send(progress));
process.send(answer, () => process.disconnect());
