import * as fc from 'fast-check';

import { findJsonSyntaxError } from '../../../src/schema/json-syntax.js';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('the place of a JSON error', () => {
  it.each([
    ['', 1, 1, 'a value'],
    ['{', 1, 2, 'a name in double quotes or "}"'],
    ['{\n  "a": 1,\n}', 3, 1, 'a name in double quotes'],
    ['{\r\n  "a" 1\r\n}', 2, 7, '":"'],
    ['{ "a": 1 "b": 2 }', 1, 10, '"," or a closing bracket'],
    ['[1, 2', 1, 6, '"," or a closing bracket'],
    ['[1,]', 1, 4, 'a value'],
    ['[1}', 1, 3, '"," or a closing bracket'],
    ["{ 'a': 1 }", 1, 3, 'a name in double quotes or "}"'],
    ['{ "a": tru }', 1, 8, 'a value'],
    ['{} {}', 1, 4, 'the end'],
    ['// comment\n{}', 1, 1, 'a value'],
    ['"line\nbreak"', 1, 1, 'a value'],
  ])('of %j is line %i, column %i', (text, line, column, expected) => {
    expect(findJsonSyntaxError(text)).toEqual({ line, column, expected });
  });

  it('is found exactly for texts that are not JSON', () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', ':', 'x', '\u0000', '\\'))
      .map(
        ([text, at, put]) =>
          text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1),
      );
    fc.assert(
      fc.property(fc.oneof(fc.json(), broken), (text) => {
        expect(findJsonSyntaxError(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 500 },
    );
  });

  it('is found however deep the nesting', () => {
    expect(findJsonSyntaxError('['.repeat(500_000))).toMatchObject({ line: 1, column: 500_001 });
  });
});
