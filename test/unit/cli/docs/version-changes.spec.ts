import { describe, expect, it } from '@jest/globals';
import { versionChanges } from '../../../../src/cli/docs/version-changes.js';
import { created, schemaOf } from './described-events.js';

const changes = (earlier: object, later: object) =>
  versionChanges(schemaOf(earlier).tree, schemaOf(later).tree);
const ofField = (earlier: unknown, later: unknown) =>
  changes(created([{ name: 'a', type: earlier }]), created([{ name: 'a', type: later }]));

const state = (symbols: readonly string[], more: object = {}) => ({
  type: 'enum',
  name: 'State',
  symbols,
  ...more,
});
const money = (...fields: object[]) => ({ type: 'record', name: 'Money', fields });
const amount = { name: 'amount', type: 'int' };

describe('what a version changes', () => {
  it('is nothing where only docs, aliases or the order differ', () => {
    const earlier = created(
      [
        { name: 'a', type: 'int', doc: 'A.' },
        { name: 'b', type: 'int' },
      ],
      { doc: 'X.' },
    );
    const later = created([
      { name: 'b', type: 'int', aliases: ['c'] },
      { name: 'a', type: 'int' },
    ]);
    expect(changes(earlier, later)).toEqual([]);
  });

  it.each<[string, unknown, unknown, string[]]>([
    ['a type', 'int', ['null', 'int'], ['Changes the type of `a` from int to int or null.']],
    [
      'a logical type',
      { type: 'bytes', logicalType: 'decimal', precision: 4, scale: 1 },
      { type: 'bytes', logicalType: 'decimal', precision: 5, scale: 1 },
      ['Changes the type of `a` from decimal(4,1) to decimal(5,1).'],
    ],
    [
      'items',
      { type: 'array', items: 'int' },
      { type: 'array', items: 'long' },
      ['Changes the type of `a` from list of int to list of long.'],
    ],
    [
      'symbols',
      state(['A', 'B']),
      state(['B', 'C']),
      ['Adds to the symbols of `a`: `C`.', 'Removes from the symbols of `a`: `A`.'],
    ],
    [
      'a default symbol',
      state(['A']),
      state(['A'], { default: 'A' }),
      ['Unknown symbols of `a` are now read as `A`.'],
    ],
    [
      'no default symbol',
      state(['A'], { default: 'A' }),
      state(['A']),
      ['Unknown symbols of `a` are now refused.'],
    ],
    [
      'a size',
      { type: 'fixed', name: 'F', size: 2 },
      { type: 'fixed', name: 'F', size: 16, logicalType: 'uuid' },
      ['Changes the type of `a` from 2 bytes to 16 bytes of uuid.'],
    ],
    [
      'a field of a record',
      money(amount),
      money(amount, { name: 'unit', type: 'string', default: '' }),
      ['Adds the field `a.unit`, `""` by default.'],
    ],
    [
      'a field in a list',
      { type: 'array', items: money(amount) },
      { type: 'array', items: money() },
      ['Removes the field `a[].amount`.'],
    ],
    [
      'a field in a map',
      { type: 'map', values: money() },
      { type: 'map', values: money(amount) },
      ['Adds the field `a{}.amount`, which is required.'],
    ],
    [
      'a field in a union',
      ['null', money(amount)],
      ['null', money({ ...amount, default: 1 })],
      ['Gives the field `a.amount` the default `1`.'],
    ],
  ])('may be %s', (_, earlier, later, sentences) => {
    expect(ofField(earlier, later)).toEqual(sentences);
  });

  it.each<[string, object[], object[], string[]]>([
    [
      'a renamed field',
      [{ name: 'a', type: 'int' }],
      [{ name: 'b', type: 'long', aliases: ['a'] }],
      ['Renames the field `a` to `b`.', 'Changes the type of `b` from int to long.'],
    ],
    [
      'a field beside one that keeps its name',
      [{ name: 'a', type: 'int' }],
      [
        { name: 'a', type: 'int' },
        { name: 'b', type: 'int', aliases: ['a'] },
      ],
      ['Adds the field `b`, which is required.'],
    ],
    [
      'another default',
      [{ name: 'a', type: 'int', default: 1 }],
      [{ name: 'a', type: 'int', default: 2 }],
      ['Changes the default of `a` from `1` to `2`.'],
    ],
    [
      'no default any more',
      [{ name: 'a', type: 'int', default: 1 }],
      [{ name: 'a', type: 'int' }],
      ['Makes the field `a` required; its default was `1`.'],
    ],
  ])('may be %s', (_, earlier, later, sentences) => {
    expect(changes(created(earlier), created(later))).toEqual(sentences);
  });

  it('may be the name of the record', () => {
    expect(changes(created([]), created([], { name: 'todo_created', namespace: 'x' }))).toEqual([
      'Renames the record from `TodoCreated` to `x.todo_created`.',
    ]);
  });

  it('is found in a type that contains itself', () => {
    const tree = (type: string) =>
      created([
        { name: 'value', type },
        { name: 'next', type: ['null', 'TodoCreated'], default: null },
      ]);
    expect(changes(tree('int'), tree('long'))).toEqual(['Changes the type of `value` from int to long.']);
  });
});
