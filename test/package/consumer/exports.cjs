const assert = require('node:assert/strict');
const nestevents = require('nestevents');
const testing = require('nestevents/testing');

// What `require` sees of the package: the same objects as `import`.

assert.equal(typeof nestevents.EventSourcingModule.forRoot, 'function');
assert.equal(typeof testing.given, 'function');
assert.throws(() => require('nestevents/dist/index.js'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });

void Promise.all([import('nestevents'), import('nestevents/testing')]).then(([imported, importedTesting]) => {
  for (const name of Object.keys(imported)) assert.equal(nestevents[name], imported[name], name);
  for (const name of Object.keys(importedTesting)) assert.equal(testing[name], importedTesting[name], name);
  console.log(
    `require: the same ${Object.keys(imported).length + Object.keys(importedTesting).length} objects`,
  );
});
