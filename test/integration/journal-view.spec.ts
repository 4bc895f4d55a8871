import { deepStrictEqual } from 'node:assert/strict';

import * as fc from 'fast-check';

import { schemaOfDefinition, schemaTree } from '../../src/schema/index.js';
import { encodeBinary } from '../../src/store/binary-payload.js';
import { encodePayload } from '../../src/store/payload-encoding.js';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { RandomSchema, randomValue } from '../unit/schema/resolution/random-schema.js';

type Payload = Record<string, unknown>;

let pg: PostgresStore;

beforeAll(async () => {
  pg = await openPostgresStore();
});
afterAll(() => pg.close());

/** Compares what the database makes of a payload in Avro with what it would keep of it in JSON. */
async function expectShown(definition: unknown, payload: Payload): Promise<void> {
  const schema = schemaOfDefinition(definition, { aggregateType: 't', eventType: 't_e', version: 3 });
  const { bytes, types } = encodeBinary(payload, schema)!;
  const [row] = await pg.dataSource.query<{ data: string }[]>(
    `select event_avro_payload($1::json, $2, $3::jsonb, $4)::text as data`,
    [JSON.stringify(definition), bytes, types, 3],
  );
  deepStrictEqual(JSON.parse(row!.data), JSON.parse(encodePayload(payload, 'E').json));
}

const record = (...fields: object[]) => ({ type: 'record', name: 'E', namespace: 'a.b', fields });

describe('a payload in Avro, in the database', () => {
  it('is shown as the JSON that would have been stored, whatever the schema', async () => {
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (draw) => {
        const definition = new RandomSchema(draw, false).record();
        const payload = randomValue(draw, schemaTree(definition), false) as Payload;
        await expectShown(definition, payload);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it.each<[string, object, unknown]>([
    ['the least long', { type: 'long' }, -(2n ** 63n)],
    ['the greatest safe integer', { type: 'long' }, Number.MAX_SAFE_INTEGER],
    ['a small bigint', { type: 'long' }, 7n],
    ['the least double', { type: 'double' }, 5e-324],
    ['the greatest double', { type: 'double' }, -1.7976931348623157e308],
    ['a double', { type: 'double' }, 0.1],
    ['the least float', { type: 'float' }, 1.401298464324817e-45],
    ['the first date', { type: 'long', logicalType: 'timestamp-millis' }, new Date(-8.64e15)],
    ['the last date', { type: 'long', logicalType: 'timestamp-micros' }, new Date(8.64e15)],
    ['a leap day', { type: 'int', logicalType: 'date' }, new Date('2000-02-29')],
    [
      'a date before Christ',
      { type: 'long', logicalType: 'local-timestamp-millis' },
      new Date('-000044-03-15T11:59:59.999Z'),
    ],
    [
      'a negative decimal',
      { type: 'bytes', logicalType: 'decimal', precision: 30, scale: 4 },
      '-123456789012345678901234.5678',
    ],
    ['a decimal near zero', { type: 'bytes', logicalType: 'decimal', precision: 4, scale: 2 }, '-0.01'],
    [
      'a decimal without a point',
      { type: 'fixed', name: 'F', size: 5, logicalType: 'decimal', precision: 9 },
      '-128',
    ],
    [
      'a UUID as bytes',
      { type: 'fixed', name: 'F', size: 16, logicalType: 'uuid' },
      '0198f3a8-1c2d-7e3f-8a4b-5c6d7e8f9a0b',
    ],
    ['a duration', { type: 'fixed', name: 'F', size: 12, logicalType: 'duration' }, Buffer.alloc(12, 7)],
    ['many bytes', { type: 'bytes' }, Buffer.alloc(1000, 200)],
    ['text', { type: 'string' }, 'ünï 😀 "quoted" \\ \n'],
    [
      'records of one union',
      [
        { type: 'record', name: 'A', namespace: 'a.b', fields: [] },
        { type: 'record', name: 'B', namespace: 'c', fields: [] },
      ] as object,
      { 'c.B': {} },
    ],
    [
      'a union of a date and a number',
      ['null', 'int', { type: 'long', logicalType: 'timestamp-millis' }] as object,
      new Date(0),
    ],
    [
      'a map with any keys',
      { type: 'map', values: { type: 'map', values: 'null' } },
      { '/~': { '': null }, toString: {} },
    ],
  ])('is shown with %s', async (_name, type, value) => {
    await expectShown(record({ name: 'v', type }), { v: value });
  });

  it('is shown where a schema has what jsonb refuses, names without a namespace, and envelope fields', async () => {
    const definition = record(
      { name: 'entity_id', type: { type: 'fixed', name: 'Id', namespace: '', size: 16 } },
      { name: 'b', type: 'bytes', default: '\u0000ÿ' },
      { name: 'ids', type: { type: 'array', items: '.Id' }, doc: 'half \ud800 and \\u0000' },
      { name: 'more', type: ['null', 'string'], default: null },
    );
    const payload = { b: Buffer.from([0]), ids: [Buffer.alloc(16, 1)], schema_version: 3 };
    await expectShown(definition, payload);
  });

  it('is shown when it is nested deeply', async () => {
    const definition = record({ name: 'next', type: ['null', 'a.b.E'] });
    const nested = (depth: number): Payload => ({ next: depth === 0 ? null : nested(depth - 1) });
    await expectShown(definition, nested(100));
  });

  it.each([
    ['cut off', '02'],
    ['too long', '02610000'],
    ['of no branch', '0e'],
    ['empty', ''],
  ])('is null when it is %s', async (_name, hex) => {
    const definition = record({ name: 'v', type: ['null', 'string'] });
    const [row] = await pg.dataSource.query<object[]>(
      `select event_avro_payload($1::json, $2, null, 1) as data, event_avro_payload(null, $2, null, 1) as unkept`,
      [JSON.stringify(definition), Buffer.from(hex, 'hex')],
    );
    expect(row).toEqual({ data: null, unkept: null });
  });
});
