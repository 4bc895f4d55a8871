// An instance that is frozen in the middle of a rebuild; see frozen-instances.spec.ts.
import { installTypeScriptLoader } from '../postgres/typescript-loader.js';

installTypeScriptLoader();
const { freezeInRebuild } = await import('./frozen-instance.ts');
await freezeInRebuild(JSON.parse(process.env.FREEZE));
