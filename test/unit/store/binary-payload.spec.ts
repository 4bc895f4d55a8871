import { deepStrictEqual } from 'node:assert/strict';

import * as fc from 'fast-check';

import { schemaOfDefinition, schemaTree, type EventSchema } from '../../../src/schema/index.js';
import { decodeBinary, encodeBinary } from '../../../src/store/binary-payload.js';
import { decodePayload } from '../../../src/store/payload-decoding.js';
import { encodePayload } from '../../../src/store/payload-encoding.js';
import { arbitraryValue } from '../../fixtures/arbitrary-payload.js';
import { RandomSchema, randomValue } from '../schema/resolution/random-schema.js';

type Payload = Record<string, unknown>;

const schemaOf = (definition: unknown, version = 3): EventSchema =>
  schemaOfDefinition(definition, { aggregateType: 'todo', eventType: 'todo_created', version });

const fields = (...list: object[]): EventSchema =>
  schemaOf({ type: 'record', name: 'Created', fields: list });

const overJson = (payload: Payload): Payload => {
  const { json, types } = encodePayload(payload, 'Created');
  return decodePayload(json, types);
};

const overAvro = (payload: Payload, schema: EventSchema): Payload | undefined => {
  const encoded = encodeBinary(payload, schema);
  return encoded && decodeBinary(encoded.bytes, encoded.types, schema);
};

describe('a payload in Avro', () => {
  it('comes back exactly as it does from JSON, whatever the schema', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const definition = new RandomSchema(draw, false).record();
        const payload = randomValue(draw, schemaTree(definition), false) as Payload;
        deepStrictEqual(overAvro(payload, schemaOf(definition)), overJson(payload));
      }),
      { numRuns: 500 },
    );
  });

  it('comes back exactly as it does from JSON, or is refused, where something is not as the schema says', () => {
    let [kept, refused] = [0, 0];
    fc.assert(
      fc.property(fc.gen(), arbitraryValue, (draw, other) => {
        const definition = new RandomSchema(draw, false).record();
        const valid = randomValue(draw, schemaTree(definition), false);
        const payload = altered(valid, () => draw(fc.nat, { max: 9 }), other) as Payload;
        const read = overAvro(payload, schemaOf(definition));
        if (read) deepStrictEqual(read, overJson(payload));
        if (read) kept += 1;
        else refused += 1;
      }),
      { numRuns: 500 },
    );
    expect(kept).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(20);
  });

  it.each<[string, EventSchema, Payload, string | null]>([
    ['a small bigint', fields({ name: 'n', type: 'long' }), { n: 5n }, '{"/n":"bigint"}'],
    ['a large bigint', fields({ name: 'n', type: 'long' }), { n: 2n ** 62n }, null],
    [
      'bigints deep inside',
      fields({ name: 'a', type: { type: 'array', items: { type: 'map', values: 'long' } } }),
      { a: [{}, { '~/': 1n }] },
      '{"/a/1/~0~1":"bigint"}',
    ],
    [
      'a field that is left to its default',
      fields({ name: 'a', type: 'int' }, { name: 'b', type: ['null', 'string'], default: null }),
      { a: 1 },
      '{"/b":"absent"}',
    ],
    [
      'the version of the schema',
      fields({ name: 'a', type: 'int' }),
      { a: 1, schema_version: 3 },
      '{"/schema_version":"version"}',
    ],
    [
      'negative zero',
      fields({ name: 'x', type: 'double' }, { name: 'y', type: 'int' }),
      { x: -0, y: -0 },
      null,
    ],
    [
      'an envelope field that the schema names',
      fields({ name: 'entity_id', type: 'string' }, { name: 'a', type: 'int' }),
      { a: 1 },
      null,
    ],
  ])('keeps %s', (_name, schema, payload, types) => {
    expect(encodeBinary(payload, schema)?.types).toBe(types);
    deepStrictEqual(overAvro(payload, schema), overJson(payload));
  });

  it.each<[string, EventSchema, Payload]>([
    ['an undeclared field', fields({ name: 'a', type: 'int' }), { a: 1, b: 2 }],
    [
      'an undeclared field named __proto__',
      fields({ name: 'a', type: 'int' }),
      JSON.parse('{"a":1,"__proto__":{}}') as Payload,
    ],
    ['a number that four bytes cannot hold', fields({ name: 'x', type: 'float' }), { x: 0.1 }],
    [
      'a decimal with fewer digits than its scale',
      fields({ name: 'd', type: { type: 'bytes', logicalType: 'decimal', precision: 5, scale: 2 } }),
      { d: '1.5' },
    ],
    ['an own value for an envelope field', fields({ name: 'entity_id', type: 'string' }), { entity_id: 'x' }],
    [
      'another version than that of the schema',
      fields({ name: 'a', type: 'int' }),
      { a: 1, schema_version: 4 },
    ],
    ['a text for a number', fields({ name: 'a', type: 'int' }), { a: '1' }],
    ['nothing for a field without a default', fields({ name: 'a', type: 'int' }), {}],
  ])('is refused with %s', (_name, schema, payload) => {
    expect(encodeBinary(payload, schema)).toBeUndefined();
  });

  it('shrinks to what the names of the fields do not say', () => {
    const schema = fields({ name: 'label', type: 'string' }, { name: 'urgent', type: 'boolean' });
    expect(encodeBinary({ label: 'a', urgent: true }, schema)?.bytes.toString('hex')).toBe('026101');
  });
});

describe('bytes that are no payload', () => {
  it('are refused or read as something, in time, whatever they are', () => {
    fc.assert(
      fc.property(fc.gen(), fc.uint8Array({ maxLength: 200 }), (draw, bytes) => {
        const schema = schemaOf(new RandomSchema(draw, false).record());
        try {
          expect(decodeBinary(Buffer.from(bytes), null, schema)).toBeInstanceOf(Object);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['cut off', 'aa', /truncated/],
    ['too long', '026100', /trailing/],
    ['a list of more items than there are', '', /truncated|end in the middle/],
  ])('are refused when they are %s', (_name, hex, problem) => {
    const schema = fields({ name: 'label', type: 'string' });
    expect(() => decodeBinary(Buffer.from(hex, 'hex'), null, schema)).toThrow(problem);
  });

  it.each([
    ['nulls', 'null'],
    ['numbers', 'double'],
  ])('do not fill the memory with %s', (_name, items) => {
    const huge = Buffer.from('feffffffffff3f', 'hex');
    expect(() => decodeBinary(huge, null, fields({ name: 'a', type: { type: 'array', items } }))).toThrow(
      /no version 3 of todo_created \(they say/,
    );
    const many = Buffer.from('80808008', 'hex');
    expect(() => decodeBinary(many, null, fields({ name: 'a', type: { type: 'array', items } }))).toThrow(
      TypeError,
    );
  });

  it.each([
    ['a place that is not there', '{"/b":"bigint"}'],
    ['a place that is none', '{"":"absent"}'],
    ['an unknown type', '{"/a":"date"}'],
    ['no JSON', '{'],
  ])('are refused when their types name %s', (_name, types) => {
    const schema = fields({ name: 'a', type: 'int' });
    expect(() => decodeBinary(Buffer.from('02', 'hex'), types, schema)).toThrow(/types|is no|JSON/);
  });

  it('never reach the prototype of anything', () => {
    const schema = fields({ name: 'm', type: { type: 'map', values: 'int' } });
    const proto = Buffer.concat([Buffer.from([2, 18]), Buffer.from('__proto__'), Buffer.from([2, 0])]);
    const { m } = decodeBinary(proto, null, schema) as { m: object };
    expect(Object.getPrototypeOf(m)).toBe(Object.prototype);
    expect(Object.hasOwn(m, '__proto__')).toBe(true);
    decodeBinary(Buffer.from('00', 'hex'), '{"/__proto__":"version"}', schema);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

/** A value with a part of it, here and there, made another one. */
function altered(value: unknown, dice: () => number, other: unknown): unknown {
  const roll = dice();
  if (roll === 0) return other;
  if (typeof value === 'number')
    return roll < 3 && Number.isInteger(value) ? BigInt(value) : roll < 5 ? -0 : value;
  if (typeof value === 'string') return roll < 3 ? value.toUpperCase() : value;
  if (Array.isArray(value)) return value.map((item) => altered(item, dice, other));
  if (Object.prototype.toString.call(value) !== '[object Object]') return value;
  const entries = Object.entries(value as Payload)
    .filter(() => dice() > 0)
    .map(([key, inner]) => [key, altered(inner, dice, other)]);
  return Object.fromEntries(roll < 2 ? [...entries, ['more', other]] : entries);
}
