import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { findImports } from './module-imports.js';
import { readSourceFiles, SOURCE_ROOT } from './source-files.js';

/** A peer that TypeORM needs and no file of ours imports. */
const DRIVER = 'pg';

it('package.json names exactly the packages that the sources import', async () => {
  const manifest = JSON.parse(await readFile(path.resolve(SOURCE_ROOT, '../package.json'), 'utf8')) as {
    dependencies: object;
    peerDependencies: object;
  };
  const specifiers = findImports(await readSourceFiles())
    .filter(({ target }) => target === undefined)
    .map(({ specifier }) => specifier)
    .filter((specifier) => !specifier.startsWith('node:'));
  const imported = new Set([...specifiers.map(packageOf), DRIVER]);
  // Through @nestjs/cqrs, whose API of observables is ours too.
  imported.add('rxjs');
  const named = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];
  expect(named.sort()).toEqual([...imported].sort());
});

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
