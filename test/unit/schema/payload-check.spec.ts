import * as fc from 'fast-check';

import { ENVELOPE, removeSchemaDirectories, schemaOf, violations } from './schema-directory.js';

afterAll(removeSchemaDirectories);

const MILLIS = { type: 'long', logicalType: 'timestamp-millis' };
const DECIMAL = { type: 'bytes', logicalType: 'decimal', precision: 6, scale: 2 };

describe('a payload', () => {
  it('is valid when every field is as declared', () => {
    const schema = schemaOf({
      label: 'string',
      count: 'int',
      done: 'boolean',
      note: ['null', 'string'],
      size: 'double',
    });
    expect(schema.check({ label: 'a', count: 1, done: false, note: null, size: 0.5 }, ENVELOPE)).toEqual([]);
  });

  it('has all its wrong fields named at once, with the whole sentence', () => {
    const schema = schemaOf({ label: 'string', count: 'int', done: 'boolean' });
    const problems = schema.check({ label: 5, count: 'many', extra: true }, ENVELOPE);
    expect(problems.map(({ path, expected, got }) => [path, expected, got])).toEqual([
      ['label', 'string', 'number 5'],
      ['count', 'int', 'string "many"'],
      ['done', 'boolean', 'nothing'],
      ['extra', 'no such field', 'boolean true'],
    ]);
    expect(problems[0]).toMatchObject({
      code: 'PAYLOAD_MISMATCH',
      aggregate: 'todo',
      event: 'todo_created',
      version: 1,
      message: expect.stringMatching(
        /^todo_created \(version 1\): label: expected string, got number 5\. Correct the event, or .*\.$/,
      ),
    });
  });

  it('has paths through records, arrays and maps', () => {
    const line = { type: 'record', name: 'Line', fields: [{ name: 'text', type: 'string' }] };
    const address = {
      type: 'record',
      name: 'Address',
      fields: [{ name: 'lines', type: { type: 'array', items: line } }],
    };
    const schema = schemaOf({ address, tags: { type: 'map', values: 'int' } });
    const payload = {
      address: { lines: [{ text: 'a' }, { text: 'b' }, { text: 3, colour: 'red' }] },
      tags: { ok: 1, 'not ok': 'x' },
    };
    expect(violations(schema, payload)).toEqual([
      ['address.lines[2].text', 'string', 'number 3'],
      ['address.lines[2].colour', 'no such field', 'string "red"'],
      ['tags["not ok"]', 'int', 'string "x"'],
    ]);
  });

  it('may hold undeclared fields where that is allowed, at any depth', () => {
    const inner = { type: 'record', name: 'Inner', fields: [] };
    const schema = schemaOf({ inner, n: 'int' }, { allowUndeclaredFields: true });
    expect(violations(schema, { inner: { more: 1 }, n: 1, more: 2 })).toEqual([]);
    expect(violations(schema, { inner: { more: 1 }, n: 'x', more: 2 })).toEqual([['n', 'int', 'string "x"']]);
  });

  it('may leave out a field with a default, but not pass a wrong value for it', () => {
    const schema = schemaOf({ label: { type: 'string', default: 'none' }, at: { type: MILLIS, default: 0 } });
    expect(violations(schema, {})).toEqual([]);
    expect(violations(schema, { label: null })).toEqual([['label', 'string', 'null']]);
  });

  it.each(['constructor', 'toString', '__proto__'])('may not smuggle in a field called %s', (name) => {
    const payload = JSON.parse(`{ "label": "a", "${name}": { "x": 1 } }`);
    expect(violations(schemaOf({ label: 'string' }), payload)).toEqual([
      [name, 'no such field', 'object { x }'],
    ]);
  });

  it('must have its fields itself: what a nested object inherits is not stored', () => {
    class Money {
      get amount(): number {
        return 1;
      }
    }
    const money = { type: 'record', name: 'Money', fields: [{ name: 'amount', type: 'int' }] };
    expect(violations(schemaOf({ money }), { money: new Money() })).toEqual([
      ['money.amount', 'int', 'nothing'],
    ]);
  });

  it('may hold instances of classes as records', () => {
    class Money {
      constructor(readonly amount: number) {}
    }
    const money = { type: 'record', name: 'Money', fields: [{ name: 'amount', type: 'int' }] };
    expect(violations(schemaOf({ money }), { money: new Money(1) })).toEqual([]);
  });

  it.each([
    ['a date', new Date(0)],
    ['an array', []],
    ['a Map', new Map()],
    ['a buffer', Buffer.alloc(0)],
    ['a boxed string', Object('')],
  ])('cannot pass %s for a map or a record', (_name, value) => {
    const empty = { type: 'record', name: 'Empty', fields: [] };
    const schema = schemaOf({ map: { type: 'map', values: 'int' }, empty });
    expect(violations(schema, { map: value, empty: value }).map(([path]) => path)).toEqual(['map', 'empty']);
  });

  it('that contains itself is refused, not followed for ever', () => {
    const node = { type: 'record', name: 'Node', fields: [{ name: 'next', type: ['null', 'Node'] }] };
    const payload: Record<string, unknown> = { next: null };
    payload['next'] = payload;
    const [problem] = schemaOf({ node }).check({ node: payload }, ENVELOPE);
    expect(problem).toMatchObject({ code: 'PAYLOAD_MISMATCH', expected: 'fewer levels' });
  });

  it('whose getters throw is refused', () => {
    const payload = {
      get label(): string {
        throw new Error('no');
      },
    };
    expect(violations(schemaOf({ label: 'string' }), payload)).toHaveLength(1);
  });

  it('with a hundred thousand mistakes is answered with a hundred', () => {
    const schema = schemaOf({ all: { type: 'array', items: 'int' } });
    expect(violations(schema, { all: Array.from({ length: 100_000 }, () => 'x') })).toHaveLength(100);
  });

  it('never makes the check throw, and what passes has every field as declared', () => {
    const schema = schemaOf({
      s: 'string',
      e: { type: 'enum', name: 'E', symbols: ['a', 'b'] },
      u: ['null', 'int', 'string', { type: 'map', values: 'long' }],
      w: ['int', 'long', { type: 'array', items: 'boolean' }],
      d: ['null', MILLIS, DECIMAL],
    });
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
    });
    fc.assert(
      fc.property(anything, anything, anything, anything, anything, (s, e, u, w, d) => {
        const wrong = new Set(schema.check({ s, e, u, w, d }, ENVELOPE).map(({ path }) => path));
        expect(wrong.has('s')).toBe(typeof s !== 'string' || /\p{Surrogate}/u.test(s));
        expect(wrong.has('e')).toBe(e !== 'a' && e !== 'b');
      }),
    );
  });
});
