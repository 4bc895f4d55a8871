/**
 * A folder of the library that is measured, past its public face: for the micro-benchmarks only. It is the build or the
 * sources, whichever `nestevents` is in this run.
 */
export async function internals<Folder extends keyof Folders>(folder: Folder): Promise<Folders[Folder]> {
  const face = import.meta.resolve('nestevents');
  const file = face.replace(/index\.(js|ts)$/, `${folder}/index.$1`);
  return (await import(file)) as Folders[Folder];
}

interface Folders {
  readonly domain: typeof import('../../../src/domain/index.js');
  readonly store: typeof import('../../../src/store/index.js');
}
