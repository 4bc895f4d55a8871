// A program without durable handlers that stores events; see wake-up-calls.spec.ts.
import { installTypeScriptLoader } from '../postgres/typescript-loader.js';

installTypeScriptLoader();
const { writeWhenAsked } = await import('./lone-writer.ts');
await writeWhenAsked(process.env.DATABASE_URL);
