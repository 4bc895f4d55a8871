import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);

/** Whether a package of bench/package.json is installed: nobody needs them but the benchmark. */
export function isInstalled(name: string): boolean {
  try {
    return resolve(name) !== '';
  } catch {
    return false;
  }
}

/** Loads a package that may be absent; its shape is what its manual says, as far as we use it. */
export async function loadPeer<Shape>(name: string): Promise<Shape> {
  return (await import(name)) as Shape;
}
