import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { plainAvro } from '../../../../src/cli/docs/plain-avro.js';
import { schemaTree } from '../../../../src/schema/index.js';
import type { SchemaNode } from '../../../../src/schema/index.js';
import { meaningOf } from '../../../../src/schema/schema-meaning.js';
import { created, eventsOf, schemaOf } from './described-events.js';
import { arbitraryFiles } from './random-events.js';

const field = (name: string, type: unknown) => ({ name, type });
const money = { type: 'record', name: 'Money', fields: [field('amount', 'int')] };
const written = (content: object, others = {}) => plainAvro(schemaOf(content, others).tree);

describe('plain Avro', () => {
  it('spells a type out once, and names it in full afterwards', () => {
    const content = created([field('a', 'shop.Money'), field('b', ['null', 'shop.Money'])], {
      namespace: 'x',
    });
    expect(written(content, { 'money.json': { ...money, namespace: 'shop' } })).toEqual({
      type: 'record',
      name: 'TodoCreated',
      namespace: 'x',
      fields: [field('a', { ...money, namespace: 'shop' }), field('b', ['null', 'shop.Money'])],
    });
  });

  it('keeps a type without a namespace that is named only outside of one', () => {
    const content = created([field('a', 'Money'), field('b', 'Money')]);
    expect(written(content, { 'money.json': money })).toMatchObject({
      fields: [field('a', money), field('b', 'Money')],
    });
    const once = created([field('a', 'Money')], { namespace: 'x' });
    expect(written(once, { 'money.json': money })).toMatchObject({
      fields: [field('a', { ...money, namespace: '' })],
    });
  });

  it('gives it a namespace where it is named inside of one', () => {
    const content = created([field('a', 'Money'), field('b', 'Money')], { namespace: 'x' });
    expect(written(content, { 'money.json': money })).toMatchObject({
      namespace: 'x',
      fields: [field('a', money), field('b', 'x.Money')],
    });
  });

  it('takes another namespace if the type would meet one of its name there', () => {
    const other = { type: 'enum', name: 'x.Money', symbols: ['A'] };
    const content = created([field('a', 'Money'), field('b', 'Money'), field('c', other)], {
      namespace: 'x',
    });
    const fields = [field('a', '.Money'), field('b', '.Money'), field('c', other)];
    expect(written({ ...content, fields }, { 'money.json': money })).toMatchObject({
      fields: [
        field('a', { name: 'Money', namespace: 'x_2' }),
        field('b', 'x_2.Money'),
        field('c', { name: 'Money' }),
      ],
    });
  });

  it('keeps docs, defaults, logical types, and earlier names of the same namespace', () => {
    const fixed = { type: 'fixed', name: 'Amount', size: 4, logicalType: 'decimal', precision: 5, scale: 0 };
    const state = { type: 'enum', name: 'State', doc: 'A state.', symbols: ['A'], default: 'A' };
    const fields = [
      { name: 'a', doc: 'An amount.', aliases: ['b'], type: fixed },
      { name: 's', type: state, default: 'A' },
      { name: 't', type: { type: 'long', logicalType: 'timestamp-millis' }, default: 0 },
    ];
    const about = { doc: 'X.', namespace: 'x', aliases: ['Old', 'x.Older', 'y.Oldest'] };
    expect(written(created(fields, about))).toEqual(created(fields, { ...about, aliases: ['Old', 'Older'] }));
  });

  it('has no attributes beyond those of the schema', () => {
    const state = { type: 'enum', name: 'State', symbols: ['A'] };
    const fixed = { type: 'fixed', name: 'Amount', size: 4 };
    const content = created([field('s', state), field('a', fixed)]);
    expect(written(content)).toStrictEqual(content);
  });

  it('means what the schema means, apart from namespaces and aliases', () => {
    const inShort = (tree: SchemaNode) =>
      JSON.stringify(meaningOf(tree), (key, value: unknown) => {
        if (key === 'aliases') return undefined;
        return key !== 'default' && typeof value === 'string'
          ? value.slice(value.lastIndexOf('.') + 1)
          : value;
      });
    fc.assert(
      fc.property(arbitraryFiles, (files) => {
        for (const { newest } of eventsOf(files)) {
          const avro = plainAvro(newest!.tree);
          expect(inShort(schemaTree(avro))).toBe(inShort(newest!.tree));
          const types = JSON.stringify(avro, (key, value: unknown) =>
            /^(?:doc|default)$/.test(key) ? undefined : value,
          );
          expect(types).not.toContain('".');
        }
      }),
      { numRuns: 300 },
    );
  });
});
