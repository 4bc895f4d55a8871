import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { code, literal, oneLine, paragraphs } from '../../../../src/cli/docs/markdown-text.js';
import { formatted, nodesOf, parseMarkdown, shownText } from './markdown-page.js';
import { arbitraryText, HOSTILE } from './random-events.js';

const kindsIn = async (text: string) => {
  const page = await parseMarkdown(text);
  return new Set(
    [
      'html',
      'link',
      'linkReference',
      'image',
      'emphasis',
      'strong',
      'delete',
      'list',
      'heading',
      'blockquote',
      'code',
    ]
      .concat([
        'thematicBreak',
        'table',
        'definition',
        'footnoteReference',
        'inlineMath',
        'break',
        'liquidNode',
      ])
      .filter((kind) => nodesOf(page, kind).length > 0),
  );
};

describe('literal text', () => {
  it.each(HOSTILE)('shows %j as it is, without markup', async (text) => {
    const markdown = literal(text);
    expect(await kindsIn(markdown)).toEqual(new Set());
    expect(shownText(await parseMarkdown(markdown))).toBe(oneLine(text));
  });

  it('shows any text as it is, on one line that Prettier leaves alone', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryText, async (text) => {
        const markdown = literal(text);
        fc.pre(markdown !== '');
        expect(await kindsIn(markdown)).toEqual(new Set());
        expect(shownText(await parseMarkdown(markdown))).toBe(oneLine(text));
        expect(await formatted(`${markdown}\n`, 'markdown')).toBe(`${markdown}\n`);
      }),
      { numRuns: 300 },
    );
  });

  it('drops what would control a terminal or turn the direction of the text', () => {
    const text = 'a\u202eb\u2066c\u0007d\u009be';
    for (const markdown of [literal(text), code(text), paragraphs(text)]) expect(markdown).toBe('a b c d e');
  });

  it('keeps plain text readable', () => {
    const plain = 'The id\'s owner_name (see above), e.g. 3.5 or "x"; 100% - sure? Yes!';
    expect(literal(plain)).toBe(plain);
  });
});

describe('paragraphs', () => {
  it('are kept, and nothing else of the layout', () => {
    expect(paragraphs('a\nb\r\n\r\n  \t\n c  d\n\n')).toBe('a b\n\nc d');
  });
});

describe('code', () => {
  it.each(['a', 'x.Y', '{"a":[1]}', 'a b', '<script>'])('shows %j in a span', (text) => {
    expect(code(text)).toBe(`\`${text}\``);
  });

  it('shows any text as it is, in a cell of a table too', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryText, async (text) => {
        fc.pre(oneLine(text) !== '');
        const page = await parseMarkdown(`| ${code(text)} |\n| --- |\n`);
        expect(shownText(page)).toBe(oneLine(text));
        expect(nodesOf(page, 'tableCell')).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });
});
