import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Lets plain Node import our TypeScript sources from now on, without a build.
 * Node loads this file a second time, in the thread of its module hooks, for the two functions below.
 */
export function installTypeScriptLoader() {
  register(import.meta.url);
}

/** The library by its name, as tsconfig.json and jest.config.js map it. */
const SOURCES = new Map([
  ['nestevents', new URL('../../src/index.ts', import.meta.url).href],
  ['nestevents/testing', new URL('../../src/testing/index.ts', import.meta.url).href],
]);

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, nextResolve) {
  const source = SOURCES.get(specifier);
  if (source) return nextResolve(source, context);
  const fromTypeScript = context.parentURL?.endsWith('.ts') && /^\.{1,2}\/.*\.js$/.test(specifier);
  return nextResolve(fromTypeScript ? specifier.replace(/\.js$/, '.ts') : specifier, context);
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
  const { transform } = await import('@swc/core');
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), {
    filename,
    configFile: false,
    swcrc: false,
    sourceMaps: 'inline',
    module: { type: 'es6' },
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
  });
  return { format: 'module', source: code, shortCircuit: true };
}
