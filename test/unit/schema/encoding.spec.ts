import * as fc from 'fast-check';

import { compileSchema } from '../../../src/schema/compiled-schema.js';

const long = (logicalType: string) => ({ type: 'long', logicalType });
const decimal = (precision: number, scale: number, base: object = { type: 'bytes' }) => ({
  ...base,
  logicalType: 'decimal',
  precision,
  scale,
});

function roundTrip(schema: unknown, value: unknown): unknown {
  const type = compileSchema(schema);
  expect(type.isValid(value)).toBe(true);
  return type.fromBuffer(type.toBuffer(value));
}

describe('long', () => {
  const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

  it.each([
    ['a field', 'long'],
    ['a nullable field', ['null', 'long']],
    ['a wider union', ['null', 'long', 'string']],
  ])('round-trips as %s, as a number where that is exact', (_name, schema) => {
    const type = compileSchema(schema);
    fc.assert(
      fc.property(fc.oneof(int64, fc.maxSafeInteger()), (value) => {
        const read: unknown = type.fromBuffer(type.toBuffer(value));
        expect(typeof read).toBe(Number.isSafeInteger(Number(value)) ? 'number' : 'bigint');
        expect(String(read)).toBe(String(value));
      }),
    );
  });

  it('is written as other implementations of Avro write it', () => {
    const type = compileSchema('long');
    expect([0, -1, 1, -2, 64, 2n ** 63n - 1n].map((value) => type.toBuffer(value).toString('hex'))).toEqual([
      '00',
      '01',
      '02',
      '03',
      '8001',
      'feffffffffffffffff01',
    ]);
  });

  it('reads what was written as int', () => {
    const [int, reader] = [compileSchema('int'), compileSchema(['null', 'long'])];
    expect(reader.fromBuffer(int.toBuffer(-7), reader.createResolver(int))).toBe(-7);
  });

  it('compares numbers with bigints', () => {
    const type = compileSchema('long');
    expect([type.compare(5, 5n), type.compare(4, 5n), type.compare(2n ** 60n, 5)]).toEqual([0, -1, 1]);
  });
});

describe('decimal', () => {
  it.each([
    ['bytes', decimal(20, 4)],
    ['fixed', decimal(20, 4, { type: 'fixed', name: 'F', size: 9 })],
  ])('on %s round-trips every value that fits, padded to its scale', (_name, schema) => {
    const type = compileSchema(schema);
    const limit = 10n ** 20n - 1n;
    fc.assert(
      fc.property(fc.bigInt({ min: -limit, max: limit }), (unscaled) => {
        const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(5, '0');
        const text = `${unscaled < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
        expect(type.isValid(text)).toBe(true);
        expect(type.fromBuffer(type.toBuffer(text))).toBe(text);
      }),
    );
  });

  it.each([
    ['0', '0.00', '00'],
    ['1', '1.00', '64'],
    ['1.28', '1.28', '0080'],
    ['-1.28', '-1.28', '80'],
    ['-0.01', '-0.01', 'ff'],
    ['-1.29', '-1.29', 'ff7f'],
    ['9999.99', '9999.99', '0f423f'],
  ])('%s comes back as %s and is the bytes %s', (text, read, hex) => {
    const type = compileSchema(decimal(6, 2));
    const bytes = compileSchema('bytes');
    expect(type.fromBuffer(type.toBuffer(text))).toBe(read);
    expect(bytes.fromBuffer(type.toBuffer(text))).toEqual(Buffer.from(hex, 'hex'));
  });

  it('takes exactly the digits that fit, whatever the text', () => {
    const type = compileSchema(decimal(5, 2));
    fc.assert(
      fc.property(fc.stringMatching(/^-?\d{0,5}\.?\d{0,4}$/), (text) => {
        expect(type.isValid(text)).toBe(/^-?(0|[1-9]\d{0,2})(\.\d{1,2})?$/.test(text));
      }),
    );
  });

  it('without fraction digits has no point', () => {
    expect(roundTrip(decimal(3, 0), '-999')).toBe('-999');
    expect(compileSchema(decimal(3, 0)).isValid('1.0')).toBe(false);
  });
});

describe('dates', () => {
  const date = fc.date({ noInvalidDate: true });

  it.each(['timestamp-millis', 'timestamp-micros', 'local-timestamp-millis', 'local-timestamp-micros'])(
    '%s round-trips every Date',
    (name) => {
      const type = compileSchema(['null', long(name)]);
      fc.assert(fc.property(date, (value) => expect(type.fromBuffer(type.toBuffer(value))).toEqual(value)));
    },
  );

  it('date round-trips every day', () => {
    const type = compileSchema({ type: 'int', logicalType: 'date' });
    fc.assert(
      fc.property(fc.integer({ min: -100_000_000, max: 100_000_000 }), (day) => {
        const value = new Date(day * 86_400_000);
        expect(type.fromBuffer(type.toBuffer(value))).toEqual(value);
        expect(compileSchema('int').fromBuffer(type.toBuffer(value))).toBe(day);
      }),
    );
  });

  it('timestamp-micros written elsewhere lose what a Date cannot hold, downwards', () => {
    const type = compileSchema(long('timestamp-micros'));
    const raw = compileSchema('long');
    expect(type.fromBuffer(raw.toBuffer(1999))).toEqual(new Date(1));
    expect(type.fromBuffer(raw.toBuffer(-1))).toEqual(new Date(-1));
  });

  it('beyond the range of Date are an error when read, not an invalid Date', () => {
    const type = compileSchema(long('timestamp-millis'));
    expect(() => type.fromBuffer(compileSchema('long').toBuffer(2n ** 62n))).toThrow(
      /beyond the range of Date/,
    );
  });
});

describe('uuid', () => {
  it.each([
    ['string', { type: 'string', logicalType: 'uuid' }],
    ['fixed', { type: 'fixed', name: 'Id', size: 16, logicalType: 'uuid' }],
  ])('round-trips on %s', (_name, schema) => {
    const type = compileSchema(schema);
    fc.assert(fc.property(fc.uuid(), (value) => expect(type.fromBuffer(type.toBuffer(value))).toBe(value)));
    expect(type.isValid('not-a-uuid')).toBe(false);
  });
});

describe('a record of everything', () => {
  const schema = {
    type: 'record',
    name: 'all.Everything',
    fields: [
      { name: 'text', type: 'string' },
      { name: 'small', type: 'int' },
      { name: 'real', type: 'double' },
      { name: 'bytes', type: 'bytes' },
      { name: 'list', type: { type: 'array', items: ['null', long('timestamp-millis')] } },
      { name: 'map', type: { type: 'map', values: ['null', 'boolean', 'long', 'string'] } },
      { name: 'either', type: ['int', 'double'] },
      { name: 'next', type: ['null', 'Everything'], default: null },
      { name: 'price', type: { ...decimal(4, 1, { type: 'fixed', name: 'Price', size: 3 }) } },
      { name: 'prices', type: { type: 'array', items: 'Price' } },
    ],
  };

  it('accepts every value that fits it, and gives it back', () => {
    const type = compileSchema(schema);
    const text = fc.string({ unit: 'grapheme' });
    const price = fc.integer({ min: 0, max: 9999 }).map((n) => (n / 10).toFixed(1));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.record({
        text,
        small: fc.integer(),
        real: fc.double({ noNaN: true, noDefaultInfinity: true }),
        bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        list: fc.array(fc.option(fc.date({ noInvalidDate: true }))),
        map: fc.dictionary(
          text.filter((key) => key !== '__proto__'),
          fc.oneof(fc.constant(null), fc.boolean(), fc.maxSafeInteger(), text),
        ),
        either: fc.oneof(fc.record({ int: fc.integer() }), fc.record({ double: fc.constant(0.5) })),
        next: fc.option(tie('tree'), { maxDepth: 2 }),
        price,
        prices: fc.array(price),
      }),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(type.isValid(value, { noUndeclaredFields: true })).toBe(true);
        const read: unknown = type.fromBuffer(type.toBuffer(value));
        expect(plain(read)).toEqual(plain(value));
      }),
    );
  });

  it('exports a schema that compiles to the same type again, logical types included', () => {
    const exported = compileSchema(schema).schema({ exportAttrs: true });
    expect(JSON.stringify(exported)).toContain('"logicalType":"decimal","precision":4,"scale":1');
    expect(JSON.stringify(compileSchema(exported).schema({ exportAttrs: true }))).toBe(
      JSON.stringify(exported),
    );
  });
});

describe('resolution', () => {
  const record = (type: unknown) => ({ type: 'record', name: 'R', fields: [{ name: 'f', type }] });
  const read = (writer: unknown, reader: unknown, value: unknown): unknown => {
    const [from, to] = [compileSchema(record(writer)), compileSchema(record(reader))];
    return plain(to.fromBuffer(from.toBuffer({ f: value }), to.createResolver(from)));
  };

  it('reads a logical type as itself, from its underlying type, and as its underlying type', () => {
    expect(read(long('timestamp-millis'), ['null', long('timestamp-millis')], new Date(9))).toEqual({
      f: new Date(9),
    });
    expect(read('long', long('timestamp-millis'), 9)).toEqual({ f: new Date(9) });
    expect(read('int', long('timestamp-millis'), 9)).toEqual({ f: new Date(9) });
    expect(read(long('timestamp-millis'), 'long', new Date(9))).toEqual({ f: 9 });
    expect(read(decimal(4, 2), decimal(4, 2), '1.5')).toEqual({ f: '1.50' });
  });

  it('refuses what would change the meaning', () => {
    expect(() => read(long('timestamp-millis'), long('timestamp-micros'), new Date(9))).toThrow(
      /cannot read/,
    );
    expect(() => read(decimal(4, 2), decimal(4, 1), '1.5')).toThrow(/cannot read/);
    expect(() => read('string', long('timestamp-millis'), 'x')).toThrow(/cannot read/);
  });
});

/** Copies records, which avsc reads as instances of its own, to plain objects, and drops the sign of zero. */
function plain(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Date || Buffer.isBuffer(value))
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}
