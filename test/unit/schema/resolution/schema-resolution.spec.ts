import { deepStrictEqual } from 'node:assert/strict';

import { ResolutionError } from '../../../../src/schema/resolution/resolution-error.js';
import { SchemaResolution } from '../../../../src/schema/resolution/schema-resolution.js';
import { schemaTree } from '../../../../src/schema/schema-tree.js';
import { array, decimal, enumOf, field, fixed, logical, map, record } from './suite/suite-pair.js';

const MILLIS = logical('long', 'timestamp-millis');

const between = (writer: unknown, reader: unknown, provided: string[] = []) =>
  SchemaResolution.between(schemaTree(writer), schemaTree(reader), { provided: new Set(provided) });

const event = (fields: Record<string, unknown>) => record('event', fields);

const convert = (writer: Record<string, unknown>, reader: Record<string, unknown>, payload: object) =>
  between(event(writer), event(reader)).convert({ ...payload });

/** The error of reading a payload of one version as another. */
function failure(
  writer: Record<string, unknown>,
  reader: Record<string, unknown>,
  payload: Record<string, unknown>,
): ResolutionError {
  try {
    between(event(writer), event(reader)).convert(payload);
  } catch (error) {
    if (error instanceof ResolutionError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('an incompatibility', () => {
  it.each([
    [{}, { a: 'int' }, 'FIELD_WITHOUT_DEFAULT', 'a', 'the field "a" is new and has no default'],
    [{ a: 'string' }, { a: 'int' }, 'TYPE', 'a', 'string cannot be read as int'],
    [{ a: MILLIS }, { a: 'int' }, 'TYPE', 'a', 'long (timestamp-millis) cannot be read as int'],
    [{ a: fixed('n.F', 1) }, { a: fixed('G', 1) }, 'NAME', 'a', 'the fixed "n.F" is called "G" now'],
    [{ a: fixed('F', 1) }, { a: fixed('F', 2) }, 'FIXED_SIZE', 'a', 'the fixed "F" has 2 bytes now, not 1'],
    [
      { a: array(enumOf('E', ['x', 'y', 'z'])) },
      { a: array(enumOf('E', ['y'])) },
      'ENUM_SYMBOLS',
      'a[]',
      'the enum "E" no longer has "x", "z"',
    ],
    [
      { a: map(['null', 'int']) },
      { a: map('int') },
      'UNION_BRANCH',
      'a{}',
      'the branch null cannot be read as int',
    ],
    [
      { a: 'boolean' },
      { a: ['null', record('R', {})] },
      'UNION_BRANCH',
      'a',
      'no branch of null or record "R" reads boolean',
    ],
    [
      { a: decimal(4, 2) },
      { a: decimal(5, 2) },
      'LOGICAL_TYPE',
      'a',
      'bytes (decimal 4, 2) cannot be read as bytes (decimal 5, 2)',
    ],
    [{}, { a: field('int', { default: 'x' }) }, 'BAD_DEFAULT', 'a', 'the default of the field "a" is no int'],
  ])('of %j and %j is of a kind, at a path, and told', (writer, reader, rule, path, problem) => {
    const [found, ...others] = between(event(writer), event(reader)).incompatibilities;
    expect(found).toEqual({ rule, path, problem, cure: expect.stringMatching(/^[a-z].*[^.]$/) });
    expect(others).toEqual([]);
  });

  it('is told of the payload itself, with all others, in the order of the fields', () => {
    const writer = record('a.Created', { x: 'long', y: array(record('Y', { s: 'string' })), z: 'int' });
    const reader = record('b.Made', {
      n: 'int',
      y: array(record('Y', { t: 'int', s: 'int' })),
      x: 'int',
      z: 'int',
    });
    expect(between(writer, reader).incompatibilities.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
      'NAME ',
      'FIELD_WITHOUT_DEFAULT n',
      'FIELD_WITHOUT_DEFAULT y[].t',
      'TYPE y[].s',
      'TYPE x',
    ]);
  });

  it('lists a dozen symbols at most', () => {
    const symbols = Array.from({ length: 1000 }, (_, index) => `s${index}`);
    const [found] = between(
      event({ e: enumOf('E', symbols) }),
      event({ e: enumOf('E', ['x']) }),
    ).incompatibilities;
    expect(found?.problem).toMatch(/"s0", .*"s11" and 988 more$/);
  });

  it('keeps payloads from being converted', () => {
    expect(() => convert({}, { a: 'int' }, { a: 1 })).toThrow('the schemas do not fit');
  });
});

describe('fields that come from elsewhere', () => {
  it('need no default and are not filled in, even if they have one', () => {
    const resolution = between(
      event({ a: 'int' }),
      event({ a: 'long', entity_id: 'string', version: field('int', { default: 1 }) }),
      ['entity_id', 'version'],
    );
    expect(resolution.incompatibilities).toEqual([]);
    expect(resolution.convert({ a: 1 })).toEqual({ a: 1 });
  });

  it('may be missing though the writer declares them, and are read where they are not', () => {
    const writer = event({ a: 'int', id: 'string', v: field('string', { default: '1' }) });
    const resolution = between(writer, event({ id: 'bytes', v: 'string' }), ['id', 'v']);
    expect(resolution.convert({ a: 1 })).toEqual({});
    expect(resolution.convert({ a: 1, id: 'x', v: '2' })).toEqual({ id: Buffer.from('x'), v: '2' });
  });

  it('cannot be relied on under another name', () => {
    const owner = (more: object) => event({ owner: field('string', { aliases: ['entity_id'], ...more }) });
    const writer = event({ entity_id: 'string' });
    expect(between(writer, owner({}), ['entity_id']).incompatibilities).toEqual([
      expect.objectContaining({ rule: 'FIELD_WITHOUT_DEFAULT', path: 'owner' }),
    ]);
    const resolution = between(writer, owner({ default: '?' }), ['entity_id']);
    expect(resolution.convert({})).toEqual({ owner: '?' });
    expect(resolution.convert({ entity_id: 'x' })).toEqual({ owner: 'x' });
  });

  it('still have to have a type that can be read', () => {
    expect(between(event({ v: 'string' }), event({ v: 'long' }), ['v']).incompatibilities).toEqual([
      expect.objectContaining({ rule: 'TYPE', path: 'v' }),
    ]);
  });

  it('are those of the payload itself, not of records in it', () => {
    const tree = (fields: object) => event({ children: array('event'), ...fields });
    const found = between(tree({}), tree({ id: 'string', other: 'int' }), ['id']).incompatibilities;
    expect(found.map(({ path }) => path)).toEqual(['children[].id', 'children[].other']);
  });

  it('do not make other faults of a payload that contains its like be told of twice', () => {
    const writer = record('event', { children: array('event') });
    const reader = record('made', { children: array('made'), id: 'string' });
    const found = between(writer, reader, ['id']).incompatibilities;
    expect(found.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
      'NAME ',
      'FIELD_WITHOUT_DEFAULT children[].id',
    ]);
  });
});

describe('properties that the writer does not declare', () => {
  it('are kept, at any depth', () => {
    const at = new Date();
    const payload = { in: { s: 'x', more: { at } }, schema_version: 1, constructor: 2 };
    const read = convert({ in: record('I', { s: 'string' }) }, { in: record('I', { s: 'bytes' }) }, payload);
    deepStrictEqual(read, { in: { s: Buffer.from('x'), more: { at } }, schema_version: 1, constructor: 2 });
  });

  it('are not taken for fields that the reader declares', () => {
    expect(convert({}, { a: field('int', { default: 7 }) }, { a: 'what?', b: 1 })).toEqual({ a: 7, b: 1 });
    const provided = between(event({}), event({ v: 'int' }), ['v']);
    expect(provided.convert({ v: 'old', b: 1 })).toEqual({ b: 1 });
  });

  it('are the own ones; what is inherited does not count', () => {
    const payload = Object.assign(Object.create({ a: 1 }) as object, { b: 2 });
    const resolution = between(event({ a: field('int', { default: 5 }) }), event({ a: 'double' }));
    expect(resolution.convert(payload as Record<string, unknown>)).toEqual({ a: 5, b: 2 });
  });
});

describe('keys that objects have already', () => {
  const hostile = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}') as Record<string, unknown>;

  it('survive in a map', () => {
    const read = convert({ m: map('string') }, { m: map('bytes') }, { m: hostile })['m'] as object;
    expect(Object.keys(read)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(read, '__proto__')?.value).toEqual(Buffer.from('a'));
  });

  it('survive in a default and among undeclared properties', () => {
    const read = convert({}, { m: field(map('string'), { default: hostile }) }, {});
    expect(Object.keys(read['m'] as object)).toEqual(['__proto__', 'constructor', 'toString']);
    const kept = between(event({ a: 'string' }), event({})).convert({ a: '', ...hostile, ['__proto__']: 5 });
    expect(Object.entries(kept)).toEqual([
      ['__proto__', 5],
      ['constructor', 'b'],
      ['toString', 'c'],
    ]);
  });

  it('are no branch of a union', () => {
    const wrapped = { u: ['int', 'long'] };
    expect(failure(wrapped, { u: 'double' }, { u: { constructor: 1 } }).path).toBe('u');
    expect(failure(wrapped, { u: 'double' }, { u: { ['__proto__']: 1 } }).path).toBe('u');
  });
});

describe('a default', () => {
  const DATE = logical('int', 'date');
  const fields = {
    list: field(array(array('int')), { default: [[1]] }),
    map: field(map('string'), { default: { a: 'b' } }),
    record: field(record('I', { tags: field(array('string'), { default: [] }) }), { default: {} }),
    bytes: field('bytes', { default: 'x' }),
    date: field(DATE, { default: 0 }),
  };

  it('is new at each call, all of it', () => {
    const resolution = between(event({}), event(fields));
    const [one, other] = [resolution.convert({}), resolution.convert({})];
    expect(one).toEqual(other);
    for (const name of Object.keys(fields)) expect(one[name]).not.toBe(other[name]);
    (one['list'] as number[][])[0]!.push(2);
    (one['record'] as { tags: string[] }).tags.push('t');
    (one['bytes'] as Buffer).fill(0);
    (one['date'] as Date).setTime(5);
    expect(resolution.convert({})).toEqual(other);
  });

  it("is new at each call if it is the writer's", () => {
    const resolution = between(event(fields), event(fields));
    const [one, other] = [resolution.convert({}), resolution.convert({})];
    for (const name of Object.keys(fields)) expect(one[name]).not.toBe(other[name]);
  });

  it('belongs to the first branch of a union that it fits', () => {
    expect(convert({}, { a: field(['null', 'int', 'string'], { default: 'x' }) }, {})).toEqual({ a: 'x' });
    expect(convert({}, { a: field(['null', 'int', 'double'], { default: 0.5 }) }, {})).toEqual({
      a: { double: 0.5 },
    });
  });

  it.each([
    ['int', 2 ** 31],
    ['long', 2 ** 60],
    ['float', 1e300],
    ['bytes', '\u0100'],
    [fixed('F', 2), 'x'],
    [enumOf('E', ['a']), 'toString'],
    [array('int'), { 0: 1 }],
    [map('int'), [1]],
    [map('int'), { a: 'x' }],
    [record('I', { x: 'int' }), {}],
    [['null', 'int'], 'x'],
    [logical('int', 'time-millis'), 86_400_000],
    [logical('string', 'uuid'), 'x'],
    [decimal(2, 0), 'abcdef'],
    [MILLIS, 2 ** 53 - 1],
    ['boolean', 'true'],
  ])('of %j that is %j is told of', (type, json) => {
    const { incompatibilities } = between(event({}), event({ a: field(type, { default: json }) }));
    expect(incompatibilities.map(({ rule, path }) => [rule, path])).toEqual([['BAD_DEFAULT', 'a']]);
  });

  it('that contains itself is told of', () => {
    const endless = record('R', { next: field('R', { default: {} }) });
    const { incompatibilities } = between(event({}), event({ a: field(endless, { default: {} }) }));
    expect(incompatibilities.map(({ rule }) => rule)).toEqual(['BAD_DEFAULT']);
  });
});

describe('what needs no conversion', () => {
  it('is the same object, up to the payload itself', () => {
    const fields = { at: MILLIS, list: array(record('I', { n: ['null', 'long'] })), e: enumOf('E', ['a']) };
    const wider = {
      e: enumOf('E', ['b', 'a']),
      at: MILLIS,
      list: array(record('I', { n: ['long', 'null', 'string'] })),
    };
    const payload = { at: new Date(), list: [{ n: 5n }], e: 'a' };
    expect(between(event(fields), event(wider)).convert(payload)).toBe(payload);
    const read = between(event(fields), event({ ...wider, x: field('int', { default: 0 }) })).convert(
      payload,
    );
    expect(read).not.toBe(payload);
    expect(read['list']).toBe(payload.list);
    expect(read['at']).toBe(payload.at);
  });

  it('is the wrapper too, where both unions are wrapped', () => {
    const payload = { u: { int: 1 } };
    expect(
      convert({ u: ['int', 'long'], x: 'int' }, { u: ['long', 'null', 'int'] }, { ...payload, x: 1 })['u'],
    ).toBe(payload.u);
  });

  it('is a type that contains itself', () => {
    const list = (...more: string[]) => event({ value: 'long', next: ['null', 'event', ...more] });
    const payload = { value: 1n, next: { value: 2, next: null } };
    expect(between(list(), list('string')).convert(payload)).toBe(payload);
  });
});

it.each<[unknown, unknown]>([
  ['string', 'x'],
  ['bytes', Buffer.from('x')],
])('a text that is no UUID comes back as it is where %j was stored', (writer, value) => {
  const uuid = logical('string', 'uuid');
  expect(convert({ a: writer }, { a: uuid }, { a: value })).toEqual({ a: 'x' });
  expect(convert({ a: array(writer) }, { a: array(uuid) }, { a: [value] })).toEqual({ a: ['x'] });
});

describe('a value that is not as its schema says', () => {
  it.each<[Record<string, unknown>, Record<string, unknown>, Record<string, unknown>, string, string]>([
    [{ a: 'string' }, { a: 'bytes' }, { a: 5 }, 'a', 'expected string, got number 5'],
    [{ a: 'bytes' }, { a: 'string' }, { a: 'x' }, 'a', 'expected bytes, got string "x"'],
    [{ a: 'long' }, { a: 'double' }, { a: '1' }, 'a', 'expected long, got string "1"'],
    [{ a: 'string' }, { a: 'bytes' }, {}, 'a', 'expected string, got nothing'],
    [{ a: array('string') }, { a: array('bytes') }, { a: ['', null] }, 'a[1]', 'expected string, got null'],
    [{ a: array('string') }, { a: array('bytes') }, { a: {} }, 'a', 'expected array, got object {}'],
    [
      { a: map('string') },
      { a: map('bytes') },
      { a: { 'x y': 1 } },
      'a["x y"]',
      'expected string, got number 1',
    ],
    [{ a: map('string') }, { a: map('bytes') }, { a: [] }, 'a', 'expected map, got array of 0'],
    [
      { a: ['null', 'string'] },
      { a: ['null', 'bytes'] },
      { a: 1 },
      'a',
      'expected null or string, got number 1',
    ],
    [
      { a: ['int', 'string', 'float'] },
      { a: ['float', 'bytes', 'int'] },
      { a: { string: 1 } },
      'a.string',
      'expected string',
    ],
    [
      { a: record('R', { b: 'int' }) },
      { a: record('R', {}) },
      { a: [] },
      'a',
      'expected record "R", got array of 0',
    ],
    [
      { a: enumOf('E', ['x', 'y']) },
      { a: enumOf('E', ['x'], { default: 'x' }) },
      { a: 'z' },
      'a',
      'expected enum "E"',
    ],
    [{ a: MILLIS }, { a: 'long' }, { a: 5 }, 'a', 'expected long (timestamp-millis), got number 5'],
    [{ a: 'long' }, { a: MILLIS }, { a: 2n ** 62n }, 'a', 'stands for no long (timestamp-millis)'],
    [{ a: 'string' }, { a: decimal(4, 2) }, { a: '1,5' }, 'a', 'stands for no bytes (decimal 4, 2)'],
    [
      { a: 'long' },
      { a: logical('long', 'time-micros') },
      { a: -1 },
      'a',
      'stands for no long (time-micros)',
    ],
  ])('is told of: %j as %j: %j', (writer, reader, payload, path, problem) => {
    const { message, code, ...error } = failure(writer, reader, payload);
    expect([code, error.path]).toEqual(['EVENT_RESOLUTION', path]);
    expect(message).toContain(`${path}: `);
    expect(message).toContain(problem);
    expect(message).toMatch(/; [a-z][^;]*\.$/);
  });

  it('is told of where it is no object at all', () => {
    const resolution = between(event({ a: 'int' }), event({}));
    expect(() => resolution.convert([] as never)).toThrow(/the payload: expected record "event"/);
  });

  it('may be bytes of any kind', () => {
    const payload = { a: new Uint8Array([104, 105]), b: new Uint8Array([0x7b]) };
    expect(convert({ a: 'bytes', b: 'bytes' }, { a: 'string', b: decimal(4, 2) }, payload)).toEqual({
      a: 'hi',
      b: '1.23',
    });
  });
});

describe('depth and size', () => {
  const list = (value: string) => event({ value, next: ['null', 'event'] });

  function nested(levels: number): Record<string, unknown> {
    let value: Record<string, unknown> = { value: 'x', next: null };
    for (let level = 1; level < levels; level += 1) value = { value: 'x', next: value };
    return value;
  }

  it('values as deep as payloads may be are read', () => {
    let read = between(list('string'), list('bytes')).convert(nested(500));
    let levels = 1;
    for (; read['next'] !== null; levels += 1) read = read['next'] as typeof read;
    expect(levels).toBe(500);
    expect(read['value']).toEqual(Buffer.from('x'));
  });

  it('values that go round in a circle are told of', () => {
    const circle: Record<string, unknown> = { value: 'x', next: null };
    circle['next'] = circle;
    expect(() => between(list('string'), list('bytes')).convert(circle)).toThrow(/deeper than 512 levels/);
  });

  it('rings of types of different lengths make long chains of pairs, and are judged nevertheless', () => {
    const ring = (length: number, last: unknown) => {
      let type: unknown = record('n.T', { x: last, next: ['null', 'n0.T'] });
      for (let index = length - 2; index >= 0; index -= 1)
        type = record(`n${index}.T`, { x: 'int', next: ['null', type] });
      return event({ ring: type });
    };
    expect(between(ring(60, 'int'), ring(61, 'long')).compatible).toBe(true);
    const { incompatibilities } = between(ring(60, 'string'), ring(61, 'int'));
    expect(incompatibilities.length).toBe(61);
  });

  it('unions of many records take no exponential time', () => {
    const many = (prefix: string) =>
      Array.from({ length: 40 }, (_, index) =>
        record(`${prefix}${index}.R`, {
          a: ['null', `${prefix}0.R`],
          b: ['null', `${prefix}${Math.max(0, index - 1)}.R`],
        }),
      );
    const started = Date.now();
    expect(between(event({ u: many('a') }), event({ u: many('b') })).compatible).toBe(true);
    expect(Date.now() - started).toBeLessThan(5000);
  });
});
