import fc from 'fast-check';

import { schemaDifferences, schemaTree } from '../../../src/schema/index.js';
import { schemaFingerprint } from '../../../src/schema/schema-fingerprint.js';

type Json = string | number | null | Json[] | { [key: string]: Json };

const differences = (earlier: unknown, later: unknown) =>
  schemaDifferences(schemaTree(earlier), schemaTree(later)).map(({ path, was, is }) => [path, was, is]);

const fields = (...list: Json[]) => ({ type: 'record', name: 'R', fields: list });
const field = (type: Json, more: Record<string, Json> = {}) => fields({ name: 'a', type, ...more });

describe('the differences of two schemas', () => {
  it.each<[string, unknown, unknown, string[][]]>([
    ['types', field('int'), field('long'), [['a', 'int', 'long']]],
    [
      'logical types',
      field({ type: 'bytes', logicalType: 'decimal', precision: 4, scale: 2 }),
      field({ type: 'bytes', logicalType: 'decimal', precision: 4 }),
      [['a', 'bytes (decimal(4,2))', 'bytes (decimal(4,0))']],
    ],
    [
      'unions',
      field(['null', 'string']),
      field(['string', 'null']),
      [['a', '["null","string"]', '["string","null"]']],
    ],
    [
      'items',
      field({ type: 'array', items: 'int' }),
      field({ type: 'array', items: 'long' }),
      [['a[]', 'int', 'long']],
    ],
    [
      'values',
      field({ type: 'map', values: 'int' }),
      field({ type: 'map', values: 'null' }),
      [['a{}', 'int', 'null']],
    ],
    ['a field less', field('int'), fields(), [['a', 'int', 'field missing']]],
    ['a field more', fields(), field('int'), [['a', 'field missing', 'int']]],
    ['a default', field('int', { default: 5 }), field('int'), [['a', 'default 5', 'no default']]],
    [
      'a default of null',
      field('null'),
      field('null', { default: null }),
      [['a', 'no default', 'default null']],
    ],
    ['aliases', field('int', { aliases: ['y', 'x'] }), field('int'), [['a', 'aliases x, y', 'no aliases']]],
    [
      'the order of fields',
      fields({ name: 'a', type: 'int' }, { name: 'b', type: 'int' }, { name: 'c', type: 'int' }),
      fields({ name: 'c', type: 'int' }, { name: 'a', type: 'int' }),
      [
        ['b', 'int', 'field missing'],
        ['', 'fields a, c', 'fields c, a'],
      ],
    ],
    [
      'symbols and their default',
      field({ type: 'enum', name: 'E', symbols: ['A', 'B'] }),
      field({ type: 'enum', name: 'E', symbols: ['A', 'C'], default: 'A' }),
      [
        ['a', 'symbols A, B', 'symbols A, C'],
        ['a', 'no default', 'default "A"'],
      ],
    ],
    [
      'sizes',
      field({ type: 'fixed', name: 'F', size: 4 }),
      field({ type: 'fixed', name: 'F', size: 5 }),
      [['a', 'size 4', 'size 5']],
    ],
    [
      'names, and what is below them',
      { type: 'record', name: 'x.R', fields: [{ name: 'a', type: 'int' }] },
      field('long'),
      [
        ['', 'record x.R', 'record R'],
        ['a', 'int', 'long'],
      ],
    ],
  ])('are found in %s', (_what, earlier, later, expected) => {
    expect(differences(earlier, later)).toEqual(expected);
    expect(differences(earlier, earlier)).toEqual([]);
  });

  it('end in types that contain themselves, and name a change once', () => {
    const node = (type: string) => ({
      type: 'record',
      name: 'Node',
      fields: [
        { name: 'value', type },
        { name: 'next', type: ['null', 'Node'] },
        { name: 'others', type: { type: 'array', items: 'Node' } },
      ],
    });
    expect(differences(node('int'), node('int'))).toEqual([]);
    expect(differences(node('int'), node('string'))).toEqual([['value', 'int', 'string']]);
  });

  it('are shortened, and cannot rewrite a terminal', () => {
    const [[, was, is] = []] = differences(
      field('string', { default: 'x'.repeat(1e6) }),
      field('string', { default: '\u202e' }),
    );
    expect(was?.length).toBe(200);
    expect(is).toBe(String.raw`default "\u202e"`);
  });

  /** Small, so that two of them are often equal, or nearly. */
  const schema = fc.letrec<{ type: Json; named: Json }>((tie) => ({
    type: fc.oneof(
      { depthSize: 'small', maxDepth: 4 },
      fc.constantFrom<Json[]>('int', 'string', 'R', { type: 'int', logicalType: 'date' }),
      fc.record({ type: fc.constant('array'), items: tie('type') }) as fc.Arbitrary<Json>,
      fc.record({ type: fc.constant('map'), values: tie('type') }) as fc.Arbitrary<Json>,
      tie('named').map((named) => ['null', named]),
      tie('named'),
    ),
    named: fc.oneof(
      fc.record({
        type: fc.constant('enum'),
        name: fc.constantFrom('E', 'x.E'),
        symbols: fc.constantFrom<Json[]>(['A', 'B'], ['B', 'A']),
        doc: fc.constantFrom('one', 'two'),
      }) as fc.Arbitrary<Json>,
      fc.record({
        type: fc.constant('fixed'),
        name: fc.constantFrom('F', 'x.F'),
        size: fc.constantFrom(1, 2),
        aliases: fc.constantFrom<string[]>([], ['G', 'H'], ['H', 'G']),
      }) as fc.Arbitrary<Json>,
    ),
  })).type;

  /** A name can be defined only once; what comes after refers to it. */
  const definedOnce = (type: Json, names = new Set<string>()): Json => {
    if (Array.isArray(type)) return type.map((branch) => definedOnce(branch, names));
    if (typeof type !== 'object' || type === null) return type;
    if (typeof type['name'] === 'string') {
      if (names.has(type['name'])) return type['name'];
      names.add(type['name']);
    }
    return Object.fromEntries(
      Object.entries(type).map(([key, part]) => [
        key,
        key === 'items' || key === 'values' ? definedOnce(part, names) : part,
      ]),
    );
  };

  const arbitraryRecord = fc
    .array(
      fc.record(
        {
          name: fc.constantFrom('a', 'b'),
          type: schema,
          default: fc.constantFrom(null, 0, 'x'),
          aliases: fc.constantFrom<string[]>([], ['c']),
          doc: fc.constantFrom('one', 'two'),
        },
        { requiredKeys: ['name', 'type'] },
      ),
      { maxLength: 2 },
    )
    .map((list) => {
      const names = new Set<string>(['R']);
      const unique = [...new Map(list.map((each) => [each.name, each])).values()];
      return {
        type: 'record',
        name: 'R',
        fields: unique.map((each) => ({ ...each, type: definedOnce(each.type, names) })),
      };
    });

  it('are none exactly when the fingerprints are equal', () => {
    const seen = { equal: 0, different: 0 };
    fc.assert(
      fc.property(arbitraryRecord, arbitraryRecord, (left, right) => {
        const [earlier, later] = [schemaTree(left), schemaTree(right)];
        const isEqual = schemaFingerprint(earlier) === schemaFingerprint(later);
        seen[isEqual ? 'equal' : 'different'] += 1;
        const found = schemaDifferences(earlier, later);
        expect(found.length === 0).toBe(isEqual);
        for (const { was, is } of found) expect(was).not.toBe(is);
        expect(schemaDifferences(earlier, schemaTree(structuredClone(left)))).toEqual([]);
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(seen.equal, seen.different)).toBeGreaterThan(20);
  });
});
