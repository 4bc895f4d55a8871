import { expect, it } from '@jest/globals';
import * as prettier from 'prettier';
import { textWidth } from '../../../../src/cli/docs/text-width.js';

/** Prettier takes a short cut for ASCII that counts control characters. */
const asPrettierHasIt = (text: string) => prettier.util.getStringWidth(`é${text}`) - 1;

it('is what Prettier has, for almost every character', () => {
  const other: string[] = [];
  let all = 0;
  for (let point = 0; point <= 0x10ffff; point += 1) {
    const character = String.fromCodePoint(point);
    // Node and Prettier may go by different versions of Unicode.
    if (/[\p{Cn}\p{Co}\p{Cs}]/u.test(character)) continue;
    all += 1;
    if (textWidth(character) !== asPrettierHasIt(character)) other.push(point.toString(16));
  }
  expect(all).toBeGreaterThan(100_000);
  expect(other).toEqual([]);
});

it.each(['', 'abc', '日本', 'e\u0301', '❤️', '👩‍👩‍👧', '🇩🇪', '1️⃣', '☺', '👍🏽', '🏳️‍🌈x', '\u200d', '한글'])(
  'of %j is what Prettier has',
  (text) => {
    expect(textWidth(text)).toBe(asPrettierHasIt(text));
  },
);
