import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { findImports } from './module-imports.js';
import { readSourceFiles, SOURCE_ROOT } from './source-files.js';

/** A peer that TypeORM needs and no file of ours imports. */
const DRIVER = 'pg';

/** An optional peer: a class of ours answers what it takes, without importing it. */
const HEALTH_CHECKS = '@nestjs/terminus';

it('package.json names exactly the packages that the sources import', async () => {
  const manifest = JSON.parse(await readFile(path.resolve(SOURCE_ROOT, '../package.json'), 'utf8')) as {
    dependencies: object;
    peerDependencies: object;
  };
  const specifiers = findImports(await readSourceFiles())
    .filter(({ target }) => target === undefined)
    .map(({ specifier }) => specifier)
    .filter((specifier) => !specifier.startsWith('node:'));
  const imported = new Set([...specifiers.map(packageOf), DRIVER, HEALTH_CHECKS]);
  // Through @nestjs/cqrs, whose API of observables is ours too.
  imported.add('rxjs');
  const named = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];
  expect(named.sort()).toEqual([...imported].sort());
});

// Where the registry does not serve the binaries of other platforms, npm leaves them out, and then `npm ci` refuses.
it('package-lock.json knows the optional packages of every platform', async () => {
  const { packages } = JSON.parse(
    await readFile(path.resolve(SOURCE_ROOT, '../package-lock.json'), 'utf8'),
  ) as {
    packages: Record<string, { optionalDependencies?: object }>;
  };
  const missing = Object.entries(packages).flatMap(([owner, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${owner}/node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
