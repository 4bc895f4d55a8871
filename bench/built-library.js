import { register } from 'node:module';

/** Lets the benchmark import the library's build by the library's name; it goes before the loader that was installed before. */
export function useBuiltLibrary() {
  register(import.meta.url);
}

const ENTRY_POINT = new URL('../dist/index.js', import.meta.url).href;

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, nextResolve) {
  return nextResolve(specifier === 'nestevents' ? ENTRY_POINT : specifier, context);
}
