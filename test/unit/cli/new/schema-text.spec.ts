import fc from 'fast-check';
import { format } from 'prettier';

import { addFields } from '../../../../src/cli/new/added-fields.js';
import { withoutMember } from '../../../../src/cli/new/record-members.js';
import { layOut } from '../../../../src/cli/new/schema-text.js';

/** What a schema consists of; no long lists of numbers, which Prettier fills. */
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.constantFrom(null, true, 0, -1.5, 'string', 'a rather long text that takes some space'),
    fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'grapheme-ascii', maxLength: 12 }), tie('any'), { maxKeys: 4 }),
  ),
})).any;

const field = fc.record(
  {
    name: fc.constantFrom('label', 'aRatherLongNameForAFieldOfARecord', '__proto__', 'fields'),
    type: fc.constantFrom<unknown>('string', ['null', 'string'], { type: 'array', items: 'int' }, [
      'null',
      { type: 'enum', name: 'Status', symbols: ['OPEN', 'DONE', 'POSTPONED', 'FORGOTTEN'] },
    ]),
    default: fc.constantFrom(null, 'a "text" with ] and } and \\', []),
    doc: fc.string({ unit: 'grapheme-ascii' }),
  },
  { requiredKeys: ['name', 'type'] },
);

const record = fc.record({
  doc: fc.constantFrom('"fields": [', 'x\\'),
  aliases: fc.constant(['fields']),
  fields: fc.array(field, { maxLength: 3 }),
  more: fc.constant({ fields: [{ name: 'other' }] }),
});

/** Texts of one record as people and programs write them. */
const spelling = fc.constantFrom<(json: unknown) => string>(
  (json) => JSON.stringify(json),
  (json) => JSON.stringify(json, undefined, 2),
  (json) => `${JSON.stringify(json, undefined, '\t')}\r\n`,
  (json) => JSON.stringify(json, undefined, 4).replaceAll('\n', '\r\n'),
  (json) => ` ${JSON.stringify(json).replaceAll(':', ' : ')}`,
  (json) => JSON.stringify(json).replace('"fields":', String.raw`"\u0066ields":`),
  (json) => `${layOut(json)}\n`,
);

/** The part of a text that a change in one place took away. */
function replaced(before: string, after: string): string {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < before.length - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return before.slice(start, before.length - end);
}

it('JSON is written as Prettier keeps it', async () => {
  await fc.assert(
    fc.asyncProperty(value, async (json) => {
      const text = `${layOut(json)}\n`;
      expect(JSON.parse(text)).toEqual(json);
      expect(await format(text, { parser: 'json' })).toBe(text);
    }),
    { numRuns: 500 },
  );
});

it('added fields stand at the end, and nothing else is touched', () => {
  fc.assert(
    fc.property(record, spelling, fc.array(field, { maxLength: 2 }), (json, spell, added) => {
      const text = spell(json);
      const after = addFields(text, added);
      const before = JSON.parse(text) as typeof json;
      expect(JSON.parse(after)).toEqual({ ...before, fields: [...before.fields, ...added] });
      // All but the white space of an empty list.
      expect(replaced(text, after).trim()).toBe('');
      expect(after.includes('\r\n')).toBe(text.includes('\r\n'));
      expect(after.replaceAll('\r\n', '').includes('\n')).toBe(text.replaceAll('\r\n', '').includes('\n'));
    }),
    { numRuns: 1000 },
  );
});

it('a member that is left out leaves the rest as it is', () => {
  const names = fc.constantFrom('upcast', 'fields', 'doc', '__proto__', 'a');
  const members = fc.uniqueArray(fc.tuple(names, value), { minLength: 1, selector: ([name]) => name });
  fc.assert(
    fc.property(members, spelling, (entries, spell) => {
      const json = Object.fromEntries(entries);
      const text = spell(json);
      const { upcast: _, ...others } = JSON.parse(text) as Record<string, unknown>;
      const after = withoutMember(text, 'upcast');
      expect(JSON.parse(after)).toEqual(others);
      expect(Object.keys(json).includes('upcast') || after === text).toBe(true);
      expect(spell({ doc: 'x', ...others })).toBe(
        withoutMember(spell({ doc: 'x', ...others, upcast: [1] }), 'upcast'),
      );
    }),
    { numRuns: 500 },
  );
});

it('a member that is there several times is left out each time', () => {
  expect(withoutMember('{ "upcast": true, "a": 1, "upcast": { "upcast": 2 } }', 'upcast')).toBe('{ "a": 1 }');
});

it('fields are added to what Prettier wrote as Prettier would write them', async () => {
  const compact = (names: string[]) =>
    `{\n  "type": "record",\n  "fields": [${names.map((each) => `\n    { "name": ${JSON.stringify(each)}, "type": "int" }`).join(',')}\n  ]\n}\n`;
  await fc.assert(
    fc.asyncProperty(
      record,
      fc.array(field, { minLength: 1, maxLength: 2 }),
      fc.boolean(),
      async (json, added, short) => {
        const text = await format(short ? compact(['a', 'b']) : `${layOut(json)}\n`, { parser: 'json' });
        const after = addFields(text, added);
        expect(await format(after, { parser: 'json' })).toBe(after);
      },
    ),
    { numRuns: 300 },
  );
});

it('a text that is no record has no place for fields', () => {
  expect(() => addFields('{ "x": { "fields": [] } }', [{ name: 'a' }])).toThrow('no record');
});
