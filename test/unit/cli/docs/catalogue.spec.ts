import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { writeCatalogue } from '../../../../src/cli/docs/catalogue.js';
import { HeadingAnchors } from '../../../../src/cli/docs/heading-anchors.js';
import { created, eventsOf } from './described-events.js';
import { formatted, nodesOf, parseMarkdown, shownText } from './markdown-page.js';
import { arbitraryFiles, arbitraryText, HOSTILE } from './random-events.js';
import { SHOP } from './shop.js';

const OPTIONS = { title: 'Shop', link: (file: string) => `../${file}` };
const pageOf = (files: Readonly<Record<string, unknown>>) => writeCatalogue(eventsOf(files), OPTIONS);

/** The text from a heading to the next. */
const section = (page: string, heading: string) => {
  const [, text] = page.split(`\n${heading}\n\n`);
  return text?.split(/\n+#+ /)[0]?.trimEnd();
};

describe('the catalogue', () => {
  const page = pageOf(SHOP);

  it('lists aggregates and events', () => {
    expect(section(page, '## Contents')).toBe(
      [
        '- [`bill`](#bill)',
        '  - [`bill_dated`](#bill_dated)',
        '  - [`bill_sent`](#bill_sent)',
        '- [`todo`](#todo)',
        '  - [`todo_created`](#todo_created)',
        '- [Types](#types)',
      ].join('\n'),
    );
  });

  it('describes an event: its docs, version, file, and fields', () => {
    expect(section(page, '### `bill_sent`')).toBe(`A bill went out.

It can be paid from then on.

Version 1: the record \`shop.bill_sent\` in [\`v1_bill_sent.json\`](../avro/bill/v1_bill_sent.json). Earlier called \`shop.bill_out\`, \`elsewhere.bill_out\`.

| field      | type                                   | default       | meaning                                      |
| ---------- | -------------------------------------- | ------------- | -------------------------------------------- |
| \`total\`    | [\`shop.Money\`](#shopmoney)             | required      | What is to be paid. Earlier called \`amount\`. |
| \`discount\` | decimal(12,2) or null                  | \`null\`        |                                              |
| \`lines\`    | list of ([\`Line\`](#line) or string)    | required      |                                              |
| \`first\`    | [\`Line\`](#line) or null                | \`null\`        |                                              |
| \`tags\`     | map of list of string                  | \`{"a":["b"]}\` |                                              |
| \`status\`   | [\`shop.Status\`](#shopstatus)           | \`"OPEN"\`      |                                              |
| \`key\`      | [\`shop.Key\`](#shopkey)                 | required      |                                              |
| \`original\` | [\`shop.bill_sent\`](#bill_sent) or null | \`null\`        |                                              |`);
  });

  it('says what each version changed', () => {
    expect(section(page, '### `todo_created`')).toContain(`
Versions:

- Version 3, in [\`v3_todo_created.json\`](../avro/todo/v3_todo_created.json)
  - Gives the field \`place\` the default \`0\`.
- Version 2, in [\`v2_todo_created.json\`](../avro/todo/v2_todo_created.json)
  - Removes the field \`urgent\`.
  - Renames the field \`label\` to \`text\`.
  - Changes the type of \`place\` from int to long.
  - Adds the field \`tags\`, \`[]\` by default.
- Version 1, in [\`v1_todo_created.json\`](../avro/todo/v1_todo_created.json)`);
  });

  it.each([
    ['`shop.Status`', 'One of `OPEN`, `PAID`. Used by [`bill_sent`](#bill_sent).'],
    ['`shop.Currency`', 'One of `EUR`, `USD`. Another is read as `EUR`. Used by [`bill_sent`](#bill_sent).'],
    ['`shop.Key`', '16 bytes, as uuid. Used by [`bill_sent`](#bill_sent).'],
  ])('describes the type %s', (name, text) => {
    expect(section(page, `### ${name}`)).toBe(text);
  });

  it('describes a record that is used, and itself uses itself', () => {
    expect(section(page, '### `Line`')).toBe(`A line of a bill.

A record. Used by [\`bill_sent\`](#bill_sent).

| field   | type                       | default  | meaning |
| ------- | -------------------------- | -------- | ------- |
| \`text\`  | string                     | required |         |
| \`price\` | [\`shop.Money\`](#shopmoney) | required |         |
| \`parts\` | list of [\`Line\`](#line)    | \`[]\`     |         |`);
  });

  it('has a section for each of two types of one name', () => {
    const state = (symbol: string) => ({
      name: 'state',
      type: { type: 'enum', name: 'State', symbols: [symbol] },
    });
    const two = pageOf({
      'a/v1_a_b.json': { ...created([state('ON')]), name: 'a_b' },
      'a/v1_a_c.json': { ...created([state('OFF')]), name: 'a_c' },
    });
    expect(section(two, '### `a_b`')).toContain('[`State`](#state)');
    expect(section(two, '### `a_c`')).toContain('[`State`](#state-1)');
    expect(two.split('### `State`')).toHaveLength(3);
  });

  it('has no section of types where there are none, and no table of fields', () => {
    const bare = pageOf({ 'todo/v1_todo_created.json': created([]) });
    expect(bare).not.toContain('Types');
    expect(section(bare, '### `todo_created`')).toContain('It has no fields.');
  });

  it('does not depend on the order of files', () => {
    expect(pageOf(Object.fromEntries(Object.entries(SHOP).reverse()))).toBe(page);
  });

  it('shows all of a long text, but makes no other row as long', () => {
    const fields = Array.from({ length: 100 }, (_, index) => ({ name: `f${index}`, type: 'int' }));
    const doc = 'x'.repeat(500_000);
    const text = pageOf({
      'todo/v1_todo_created.json': created([...fields, { name: 'a', type: 'int', doc }]),
    });
    expect(text).toContain(doc);
    expect(text.length).toBeLessThan(1_000_000);
  });

  it('shortens a long default', () => {
    const field = { name: 'text', type: 'string', default: `${'x'.repeat(78)}😀${'x'.repeat(1000)}` };
    expect(pageOf({ 'todo/v1_todo_created.json': created([field]) })).toContain(`\`"${'x'.repeat(78)}…\``);
  });
});

describe('hostile text', () => {
  it.each(HOSTILE)('%j stays text', async (doc) => {
    const state = { type: 'enum', name: 'State', doc, symbols: ['A'] };
    const content = created(
      [
        { name: 'a', type: state, doc },
        { name: 'b', type: 'string', default: doc.toWellFormed() },
      ],
      { doc },
    );
    const events = eventsOf({ 'todo/v1_todo_created.json': content });
    const page = await parseMarkdown(writeCatalogue(events, { ...OPTIONS, title: doc }));
    expect(nodesOf(page, 'html').map(({ value }) => value)).toEqual([
      expect.stringContaining('Generated by'),
    ]);
    expect(nodesOf(page, 'heading').map(({ depth }) => depth)).toEqual([1, 2, 2, 3, 2, 3]);
    expect(nodesOf(page, 'link').map(({ url }) => url)).toEqual([
      '#todo',
      '#todo_created',
      expect.stringMatching(/^#types/),
      '../avro/todo/v1_todo_created.json',
      '#state',
      '#todo_created',
    ]);
    expect(nodesOf(page, 'tableRow').map(({ children = [] }) => children.length)).toEqual([4, 4, 4]);
  });
});

describe('any events', () => {
  it('give a page that Prettier leaves alone, whose links lead to headings', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFiles, arbitraryText, async (files, title) => {
        fc.pre(/\w/.test(title));
        const text = writeCatalogue(eventsOf(files), { ...OPTIONS, title });
        expect(await formatted(text, 'markdown')).toBe(text);
        const page = await parseMarkdown(text);
        expect(new Set(nodesOf(page, 'tableRow').map(({ children = [] }) => children.length))).toEqual(
          new Set(text.includes('\n| ') ? [4] : []),
        );
        const anchors = new HeadingAnchors();
        const headings = new Set(
          nodesOf(page, 'heading').map((heading) => `#${anchors.next(shownText(heading))}`),
        );
        const links = nodesOf(page, 'link').map(({ url = '' }) => url);
        expect(links.filter((url) => !headings.has(url) && !url.startsWith('../avro/'))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
