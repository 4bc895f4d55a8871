import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const BESIDES = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'];

/** Checks that the package holds what it promises, and nothing else. */
export async function assertContents(root, files) {
  const packed = new Set(files);
  const read = (file) => readFile(path.join(root, file), 'utf8');

  const needed = [...BESIDES, ...entryPoints(JSON.parse(await read('package.json')))];
  for (const file of needed) assert(packed.has(file), `${file} is not in the package`);

  for (const file of files) {
    const expected =
      BESIDES.includes(file) ||
      /^(dist\/[\w/.-]+\.(js|d\.ts)|docs\/[\w-]+\.md|docs\/performance\/[\w-]+\.svg)$/.test(file);
    assert(expected && !/\.(spec|test)\.|\/test\//.test(file), `${file} should not be in the package`);
  }
  for (const file of files.filter((name) => name.startsWith('dist/') && name.endsWith('.js'))) {
    assert(packed.has(file.replace(/\.js$/, '.d.ts')), `${file} has no declarations`);
    assert(!(await read(file)).includes('sourceMappingURL'), `${file} names a source map that is not there`);
  }
  for (const [, link] of (await read('README.md')).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
    assert(packed.has(link), `README.md links to ${link}, which is not in the package`);
  }
}

/** Every file that package.json names. */
function entryPoints({ main, types, bin, exports }) {
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  return [main, types, ...Object.values(bin), ...targets].map((target) => path.posix.normalize(target));
}
