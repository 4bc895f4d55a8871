import { deepStrictEqual } from 'node:assert/strict';

import avro from 'avsc';

import { compileSchema } from '../../../../src/schema/compiled-schema.js';
import { SchemaResolution } from '../../../../src/schema/resolution/schema-resolution.js';
import { schemaTree } from '../../../../src/schema/schema-tree.js';
import { AVSC_DEVIATIONS, COMPATIBILITY_SUITE } from './compatibility-suite.js';
import { record } from './suite/suite-pair.js';
import { withoutLogicalTypes } from './without-logical-types.js';

const event = (type: unknown) => record('event', { f: type });
const titled = COMPATIBILITY_SUITE.map((pair) => ({ ...pair, title: `${pair.rule}: ${pair.name}` }));
const compatible = titled.filter((pair) => pair.compatible);

const resolutionOf = ({ writer, reader }: { writer: unknown; reader: unknown }) =>
  SchemaResolution.between(schemaTree(event(writer)), schemaTree(event(reader)));

it('has a few hundred pairs, each with a name of its own', () => {
  expect(titled.length).toBeGreaterThanOrEqual(200);
  expect(new Set(titled.map(({ title }) => title)).size).toBe(titled.length);
});

it.each(titled)('$title', (pair) => {
  const { compatible, incompatibilities } = resolutionOf(pair);
  expect({ compatible, paths: incompatibilities.map(({ path }) => path) }).toEqual({
    compatible: pair.compatible,
    paths: pair.paths,
  });
});

describe('values are read', () => {
  it.each(compatible)('$title', (pair) => {
    const [writer, reader] = [compileSchema(event(pair.writer)), compileSchema(event(pair.reader))];
    const resolution = resolutionOf(pair);
    expect(pair.values.length).toBeGreaterThan(0);
    for (const [written, read] of pair.values) {
      expect(writer.isValid({ f: written })).toBe(true);
      const answer = resolution.convert({ f: written });
      deepStrictEqual(answer, { f: read });
      expect(reader.isValid(answer)).toBe(true);
    }
  });
});

describe('a pair that is refused', () => {
  it.each(titled.filter((pair) => !pair.compatible))('$title', (pair) => {
    const resolution = resolutionOf(pair);
    expect(() => resolution.convert({ f: null })).toThrow(/do not fit/);
    for (const { problem, cure } of resolution.incompatibilities) {
      expect([problem, cure].join()).not.toMatch(/undefined|\[object|\.$/);
      expect(cure).toMatch(/^[a-z]/);
    }
  });
});

describe('avsc judges alike', () => {
  const plain = titled.filter(({ writer, reader }) => {
    const texts = JSON.stringify([writer, reader]);
    return !texts.includes('logicalType');
  });

  it.each(plain)('$title', ({ title, writer, reader, compatible }) => {
    const agrees = avscAccepts(writer, reader) === compatible;
    expect({ agrees }).toEqual({ agrees: !AVSC_DEVIATIONS.has(title) });
  });

  it('where it does not, the pair is in the suite', () => {
    const titles = new Set(plain.map(({ title }) => title));
    expect([...AVSC_DEVIATIONS.keys()].filter((title) => !titles.has(title))).toEqual([]);
  });

  it.each(titled.filter((pair) => !plain.includes(pair) && pair.compatible))(
    'of the types below logical ones: $title',
    ({ writer, reader }) => {
      expect(avscAccepts(withoutLogicalTypes(writer), withoutLogicalTypes(reader))).toBe(true);
    },
  );
});

function avscAccepts(writer: unknown, reader: unknown): boolean {
  const [from, to] = [writer, reader].map((type) =>
    avro.Type.forSchema(event(type) as avro.Schema, { wrapUnions: 'always' }),
  );
  try {
    to!.createResolver(from!);
    return true;
  } catch {
    return false;
  }
}
