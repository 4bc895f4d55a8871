import { ENVELOPE, removeSchemaDirectories, schemaOf, violations } from './schema-directory.js';

afterAll(removeSchemaDirectories);

const MILLIS = { type: 'long', logicalType: 'timestamp-millis' };
const DATE = { type: 'int', logicalType: 'date' };
const DECIMAL = { type: 'bytes', logicalType: 'decimal', precision: 6, scale: 2 };

describe('the values of a type', () => {
  it.each([
    ['int', 5, 2 ** 31, 'number 2147483648'],
    ['int', -0, 1.5, 'number 1.5'],
    ['long', 2 ** 53 - 1, 2 ** 53, 'number 9007199254740992'],
    ['long', 2n ** 63n - 1n, 2n ** 63n, 'bigint 9223372036854775808'],
    ['long', -(2n ** 63n), 1.5, 'number 1.5'],
    ['float', 0.1, 1e300, 'number 1e+300'],
    ['float', 1, Number.NaN, 'number NaN'],
    ['double', 1e300, Number.POSITIVE_INFINITY, 'number Infinity'],
    ['double', 1e300, Number.NaN, 'number NaN'],
    ['string', '', null, 'null'],
    ['string', '😀', '\ud83d', 'string "\\ud83d"'],
    ['bytes', Buffer.from('a'), 'a', 'string "a"'],
    [{ type: 'fixed', name: 'F', size: 2 }, Buffer.alloc(2), Buffer.alloc(3), 'Buffer of 3 bytes'],
    [{ type: 'enum', name: 'E', symbols: ['a', 'b'] }, 'a', 'toString', 'string "toString"'],
    [{ type: 'enum', name: 'E', symbols: ['a', 'b'] }, 'b', ['a'], 'array of 1'],
    [{ type: 'array', items: 'int' }, [1], { 0: 1 }, 'object { 0 }'],
    [MILLIS, new Date(5), 5, 'number 5'],
    [MILLIS, new Date(-5), new Date(Number.NaN), 'Date (invalid)'],
    [{ type: 'long', logicalType: 'timestamp-micros' }, new Date(5), '1970-01-01', 'string "1970-01-01"'],
    [{ type: 'long', logicalType: 'local-timestamp-millis' }, new Date(5), 5n, 'bigint 5'],
    [
      { type: 'int', logicalType: 'date' },
      new Date('2024-02-29'),
      new Date('2024-02-29T01:00Z'),
      'Date 2024-02-29T01:00:00.000Z',
    ],
    [{ type: 'int', logicalType: 'time-millis' }, 86_399_999, 86_400_000, 'number 86400000'],
    [{ type: 'long', logicalType: 'time-micros' }, 5n, -1, 'number -1'],
    [{ type: 'string', logicalType: 'uuid' }, '0b0cd4b5-6e5f-4c0e-9a70-d1c5a1f9e3e7', 'x', 'string "x"'],
    [DECIMAL, '-1234.5', '12345.6', 'string "12345.6"'],
    [DECIMAL, '0.01', '0.001', 'string "0.001"'],
    [DECIMAL, '7', '07', 'string "07"'],
    [DECIMAL, '0', '1e3', 'string "1e3"'],
    [
      { type: 'fixed', name: 'D', size: 12, logicalType: 'duration' },
      Buffer.alloc(12),
      'P1D',
      'string "P1D"',
    ],
  ])('%j takes %p, not %p', (type, good, bad, got) => {
    const schema = schemaOf({
      f: type,
      list: { type: 'array', items: ['null', typeof type === 'string' ? type : 'int'] },
    });
    expect(violations(schema, { f: good, list: [] })).toEqual([]);
    expect(violations(schema, { f: bad, list: [] })).toEqual([['f', expect.any(String), got]]);
  });

  it('says why a number is refused for a decimal, and an inexact one for a long', () => {
    const schema = schemaOf({ amount: DECIMAL, serial: 'long' });
    const messages = schema.check({ amount: 12.5, serial: 2 ** 60 }, ENVELOPE).map(({ message }) => message);
    expect(messages[0]).toContain('A number is not exact: pass the decimal as a string such as "12.5"');
    expect(messages[1]).toContain('pass a bigint');
  });
});

describe('a union', () => {
  it('takes the values of its branches as they are where their kinds differ', () => {
    const schema = schemaOf({ all: { type: 'array', items: ['null', 'long', 'string', 'bytes', DATE] } });
    expect(violations(schema, { all: [null, 1, 2n ** 60n, 'a', Buffer.alloc(1), new Date(0)] })).toEqual([]);
    expect(violations(schema, { all: [true] })).toEqual([
      [
        'all[0]',
        'null or long or string or bytes as Buffer or int (date) as Date at midnight UTC',
        'boolean true',
      ],
    ]);
  });

  it('nests logical types in arrays, maps and records', () => {
    const r = { type: 'record', name: 'R', fields: [{ name: 'at', type: ['null', MILLIS] }] };
    const schema = schemaOf({
      list: { type: 'array', items: ['null', DECIMAL] },
      map: { type: 'map', values: ['null', r] },
    });
    const at = new Date(1);
    expect(violations(schema, { list: [null, '1.5'], map: { a: null, b: { at }, c: { at: null } } })).toEqual(
      [],
    );
    expect(violations(schema, { list: [1], map: { b: { at: 1 } } }).map(([path]) => path)).toEqual([
      'list[0]',
      'map.b.at',
    ]);
  });

  it('wants a wrapper where a value could belong to several branches', () => {
    const schema = schemaOf({ f: ['null', 'int', 'long'], g: ['string', DECIMAL] });
    expect(violations(schema, { f: { long: 5n }, g: { bytes: '1.50' } })).toEqual([]);
    expect(violations(schema, { f: null, g: { string: '1.50' } })).toEqual([]);
    expect(violations(schema, { f: 5, g: { constructor: 1 } })).toEqual([
      ['f', 'null or { "int": int } or { "long": long }', 'number 5'],
      [
        'g',
        expect.stringContaining('{ "string": string } or { "bytes": bytes (decimal'),
        'object { constructor }',
      ],
    ]);
    expect(violations(schema, { f: { int: 2 ** 40 }, g: { string: '' } })).toEqual([
      ['f.int', 'int', 'number 1099511627776'],
    ]);
  });
});
