import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { jsonText } from '../../../../src/cli/docs/json-text.js';
import { formatted } from './markdown-page.js';

/** Prettier fills lines with long lists of numbers; there are none in what we write. */
const arbitraryJson = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom(null, true, 1.5),
    fc.array(fc.oneof(fc.string({ minLength: 1, maxLength: 40 }), tie('json')), { maxLength: 6 }),
    fc.dictionary(fc.string({ maxLength: 8 }), tie('json'), { maxKeys: 4 }),
  ),
})).json;

it('is JSON of the value, as Prettier sets it', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryJson, async (value) => {
      const text = jsonText(value);
      expect(JSON.parse(text)).toEqual(value);
      expect(await formatted(text, 'json')).toBe(text);
    }),
    { numRuns: 300 },
  );
});
