import * as fc from 'fast-check';
import { compareGitPaths, gitPath, gitPathBytes } from '../../../../sample-app/files/git/index.js';

const bytes = fc
  .oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc.string({ unit: 'binary', maxLength: 4 }).map((s) => Buffer.from(s)),
  )
  .map((array) => Buffer.from(array));

describe('a git path', () => {
  it('keeps its bytes, whatever they are', () => {
    fc.assert(fc.property(bytes, (b) => expect(gitPathBytes(gitPath(b))).toEqual(b)));
  });

  it('is ordered by its bytes', () => {
    const sign = (a: Buffer, b: Buffer): number => Math.sign(compareGitPaths(gitPath(a), gitPath(b)));
    fc.assert(fc.property(bytes, bytes, (a, b) => expect(sign(a, b)).toBe(Buffer.compare(a, b))));
  });

  it('sorts an owl behind U+FFFF, as UTF-8 does and UTF-16 does not', () => {
    const paths = ['\uffff', '🦉', '\ue000', '\ud7ff', 'a/x', 'a.c', 'a'].map((text) => ({
      text,
      bytes: null,
    }));
    const sorted = paths.sort(compareGitPaths).map(({ text }) => text);
    expect(sorted).toEqual(['a', 'a.c', 'a/x', '\ud7ff', '\ue000', '\uffff', '🦉']);
  });
});
