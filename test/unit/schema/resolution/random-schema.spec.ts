import { deepStrictEqual } from 'node:assert/strict';

import avro from 'avsc';
import * as fc from 'fast-check';

import { compileSchema } from '../../../../src/schema/compiled-schema.js';
import { SchemaResolution } from '../../../../src/schema/resolution/schema-resolution.js';
import { schemaTree } from '../../../../src/schema/schema-tree.js';
import { RandomEvolution } from './random-evolution.js';
import { oneOf, RandomSchema, randomValue } from './random-schema.js';
import type { Draw } from './random-schema.js';

type Payload = Record<string, unknown>;

const between = (writer: unknown, reader: unknown) =>
  SchemaResolution.between(schemaTree(writer), schemaTree(reader));

const payload = (draw: Draw, schema: unknown, whole: boolean) =>
  randomValue(draw, schemaTree(schema), whole) as Payload;

describe('versions that follow from one another by legal steps', () => {
  it('can be read, and give values of the newest version', () => {
    fc.assert(
      fc.property(fc.gen(), fc.integer({ min: 1, max: 3 }), (draw, steps) => {
        const first = new RandomSchema(draw, false).record();
        let newest: unknown = first;
        for (let step = 1; step <= steps; step += 1) {
          const older = newest;
          newest = new RandomEvolution(draw, step).evolve(older, true);
          const resolution = between(older, newest);
          expect(resolution.incompatibilities).toEqual([]);
          const written = payload(draw, older, false);
          expect(compileSchema(older).isValid(written)).toBe(true);
          const before = structuredClone(written);
          expect(compileSchema(newest).isValid(resolution.convert(written))).toBe(true);
          deepStrictEqual(structuredClone(written), before);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are read as avsc reads them', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const older = new RandomSchema(draw, true).record();
        const newer = new RandomEvolution(draw, 1).evolve(older, true);
        const [writer, reader] = [avscType(older), avscType(newer)];
        const written = payload(draw, older, true);
        const read: unknown = reader.fromBuffer(writer.toBuffer(written), reader.createResolver(writer));
        deepStrictEqual(plain(between(older, newer).convert(written)), plain(read));
      }),
      { numRuns: 200 },
    );
  });

  it('and one step that is illegal, however deep, cannot be read', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const older = new RandomSchema(draw, false).record();
        const newer = new RandomEvolution(draw, 1).evolve(older, true);
        const [before, after] = illegalStep(draw);
        const resolution = between(withField(older, before), withField(newer, after));
        expect(resolution.compatible).toBe(false);
        expect(resolution.incompatibilities).not.toEqual([]);
        expect(resolution.incompatibilities.map(({ path }) => path.split(/[.[{]/)[0])).toEqual(
          resolution.incompatibilities.map(() => 'last'),
        );
        expect(() => resolution.convert({})).toThrow(/do not fit/);
      }),
      { numRuns: 100 },
    );
  });
});

describe('two schemas that have nothing to do with each other', () => {
  it('are judged as avsc judges them, with reasons where they do not fit', () => {
    let fitting = 0;
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const [writer, reader] = [
          new RandomSchema(draw, true).record(2),
          new RandomSchema(draw, true).record(2),
        ];
        const { compatible, incompatibilities } = between(writer, reader);
        expect({ writer, reader, compatible }).toEqual({
          writer,
          reader,
          compatible: avscAccepts(writer, reader),
        });
        expect(incompatibilities.length === 0).toBe(compatible);
        if (compatible) fitting += 1;
      }),
      { numRuns: 1000 },
    );
    expect(fitting).toBeGreaterThan(0);
  });

  it('convert to values of the reader if they fit', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const [writer, reader] = [
          new RandomSchema(draw, false).record(1),
          new RandomSchema(draw, false).record(1),
        ];
        const resolution = between(writer, reader);
        // A text need not be a UUID, nor bytes a decimal of the right size: such types differ by their values.
        fc.pre(resolution.compatible && !JSON.stringify(reader).includes('logicalType'));
        expect(compileSchema(reader).isValid(resolution.convert(payload(draw, writer, false)))).toBe(true);
      }),
      { numRuns: 100, maxSkipsPerRun: 1000 },
    );
  });
});

/** Two types the second of which cannot read the first, in as many types around them as it pleases. */
function illegalStep(draw: Draw): [unknown, unknown] {
  const fixed = { type: 'fixed', name: 'Last', size: 4 };
  const enumeration = { type: 'enum', name: 'Last', symbols: ['a', 'b'] };
  const record = (...fields: object[]) => ({ type: 'record', name: 'Last', fields });
  const steps: [unknown, unknown][] = [
    ['long', 'int'],
    ['double', 'float'],
    ['string', 'int'],
    [['null', 'int'], 'int'],
    [
      ['null', 'int', 'string'],
      ['null', 'int'],
    ],
    [fixed, { ...fixed, size: 5 }],
    [fixed, { ...fixed, name: 'Other' }],
    [enumeration, { ...enumeration, symbols: ['a'] }],
    [record(), record({ name: 'x', type: ['null', 'int'] })],
    [record({ name: 'x', type: 'int' }), record({ name: 'y', type: 'int' })],
    [record(), { ...record(), name: 'Other' }],
  ];
  let [before, after] = oneOf(draw, steps);
  for (const around of draw(fc.array<string>, fc.constantFrom('array', 'map', 'record', 'null'), {
    maxLength: 5,
  })) {
    if (around === 'null' && [before, after].some(Array.isArray)) continue;
    [before, after] = [nest(around, before), nest(around, after)];
  }
  return [before, after];
}

function nest(around: string, type: unknown): unknown {
  if (around === 'array') return { type: 'array', items: type };
  if (around === 'map') return { type: 'map', values: type };
  if (around === 'null') return ['null', type];
  const name = `Around${JSON.stringify(type).length}`;
  return { type: 'record', name, fields: [{ name: 'in', type }] };
}

function withField(schema: unknown, type: unknown): unknown {
  const record = schema as { fields: unknown[] };
  return { ...record, fields: [...record.fields, { name: 'last', type }] };
}

function avscType(schema: unknown): avro.Type {
  const options = { wrapUnions: 'never', omitRecordMethods: true } as unknown as avro.ForSchemaOptions;
  return avro.Type.forSchema(schema as avro.Schema, options);
}

function avscAccepts(writer: unknown, reader: unknown): boolean {
  const [from, to] = [avscType(writer), avscType(reader)];
  try {
    to.createResolver(from);
    return true;
  } catch {
    return false;
  }
}

/** Copies records, which avsc reads as instances of its own, to plain objects with sorted keys. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, plain(part)]));
}
