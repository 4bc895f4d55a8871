import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as nestevents from 'nestevents';
import { DomainEvent, EventSourcingModule } from 'nestevents';
import * as testing from 'nestevents/testing';

// What `import` sees of the package.

assert.equal(typeof EventSourcingModule.forRoot, 'function');
assert.equal(typeof DomainEvent, 'function');
assert.equal(typeof testing.EventSourcingTestingModule.forRoot, 'function');

const { default: manifest } = await import('nestevents/package.json', { with: { type: 'json' } });
assert.equal(manifest.name, 'nestevents');

const closed = [
  'dist/index.js',
  'dist/domain/index.js',
  'dist/store/event-store.js',
  'src/index.ts',
  'domain',
];
for (const inside of closed) {
  await assert.rejects(import(`nestevents/${inside}`), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
}
await readFile(new URL('node_modules/nestevents/dist/store/event-store.js', import.meta.url));

console.log(
  `import: ${Object.keys(nestevents).length} and ${Object.keys(testing).length} names; the rest is closed`,
);
