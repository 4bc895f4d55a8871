import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import * as fc from 'fast-check';

import { SchemaRegistry } from '../../../src/schema/index.js';
import { load, record, removeSchemaDirectories, schemaDirectory, TODO_CREATED } from './schema-directory.js';

afterAll(removeSchemaDirectories);

const OK = record({ label: 'string' });

describe('a broken file', () => {
  it('is reported with line and column, wherever it lies', () => {
    const result = load({
      'todo/v1_todo_created.json': OK,
      'shared/deep/address.avsc': '{\n  "type": "record"\n  "name": 1 }',
    });
    expect(result.problems).toEqual([
      {
        code: 'SCHEMA_NOT_JSON',
        file: 'shared/deep/address.avsc',
        message:
          'shared/deep/address.avsc is not JSON: line 3, column 3: expected "," or a closing bracket; correct it there.',
      },
    ]);
  });

  it.each([
    ['SCHEMA_NOT_JSON', Buffer.from([0x22, 0xff, 0x22])],
    ['SCHEMA_NOT_JSON', ''],
    ['SCHEMA_TOO_LARGE', ' '.repeat(2 ** 20 + 1)],
    ['SCHEMA_TOO_DEEP', '['.repeat(500_000) + ']'.repeat(500_000)],
    ['SCHEMA_NOT_A_RECORD', [record({})]],
    ['SCHEMA_NOT_A_RECORD', '"string"'],
    ['SCHEMA_NOT_A_RECORD', { type: 'enum', name: 'E', symbols: ['a'] }],
    ['SCHEMA_NOT_A_RECORD', '{ "__proto__": { "type": "record" } }'],
    ['SCHEMA_NOT_AVRO', { type: 'record', name: 'todo_created' }],
    ['SCHEMA_NOT_AVRO', { type: 'record', fields: [] }],
    ['SCHEMA_NOT_AVRO', record({}, { name: 'a b' })],
    ['SCHEMA_NOT_AVRO', record({}, { name: 'constructor' })],
    ['SCHEMA_NOT_AVRO', record({}, { namespace: 5 })],
    ['SCHEMA_NOT_AVRO', record({}, { aliases: 'x' })],
    ['SCHEMA_NOT_AVRO', record({}, { fields: [5] })],
    [
      'SCHEMA_NOT_AVRO',
      record(
        {},
        {
          fields: [
            { name: 'a', type: 'int' },
            { name: 'a', type: 'int' },
          ],
        },
      ),
    ],
    ['SCHEMA_NOT_AVRO', record({ 'a-b': 'int' })],
    ['SCHEMA_NOT_AVRO', record({ a: null })],
    ['SCHEMA_NOT_AVRO', record({ a: [] })],
    ['SCHEMA_NOT_AVRO', record({ a: ['null', ['int']] })],
    ['SCHEMA_NOT_AVRO', record({ a: ['int', 'int'] })],
    ['SCHEMA_NOT_AVRO', record({ a: { type: 'array' } })],
    ['SCHEMA_NOT_AVRO', record({ a: { type: 'enum', name: 'E', symbols: ['x', 'x'] } })],
    ['SCHEMA_NOT_AVRO', record({ a: { type: 'fixed', name: 'F', size: -1 } })],
    [
      'SCHEMA_NAME_CONFLICT',
      record({ a: { type: 'fixed', name: 'F', size: 1 }, b: { type: 'fixed', name: 'F', size: 2 } }),
    ],
    ['SCHEMA_RESERVED_FIELD', record({ constructor: 'int' })],
    [
      'SCHEMA_RESERVED_FIELD',
      '{ "type": "record", "name": "a", "fields": [{ "name": "__proto__", "type": "int" }] }',
    ],
    ['SCHEMA_UNKNOWN_NAME', record({ a: 'strnig' })],
    ['SCHEMA_UNKNOWN_NAME', record({ a: 'toString' })],
    ['SCHEMA_UNKNOWN_LOGICAL_TYPE', record({ a: { type: 'long', logicalType: 'timestamp' } })],
    ['SCHEMA_UNKNOWN_LOGICAL_TYPE', record({ a: { type: 'long', logicalType: { x: 1 } } })],
    ['SCHEMA_UNKNOWN_LOGICAL_TYPE', record({ a: { type: 'long', logicalType: 'constructor' } })],
    ['SCHEMA_BAD_LOGICAL_TYPE', record({ a: { type: 'string', logicalType: 'timestamp-millis' } })],
    ['SCHEMA_BAD_LOGICAL_TYPE', record({ a: { type: 'bytes', logicalType: 'decimal' } })],
    [
      'SCHEMA_BAD_LOGICAL_TYPE',
      record({ a: { type: 'bytes', logicalType: 'decimal', precision: 2, scale: 3 } }),
    ],
    ['SCHEMA_BAD_LOGICAL_TYPE', record({ a: { type: 'bytes', logicalType: 'decimal', precision: 1e9 } })],
    [
      'SCHEMA_BAD_LOGICAL_TYPE',
      record({ a: { type: 'fixed', name: 'F', size: 2, logicalType: 'decimal', precision: 5 } }),
    ],
    [
      'SCHEMA_BAD_LOGICAL_TYPE',
      record({ a: { type: 'fixed', name: 'F', size: 11, logicalType: 'duration' } }),
    ],
    ['SCHEMA_BAD_DEFAULT', record({ a: { type: 'int', default: 'x' } })],
    ['SCHEMA_BAD_DEFAULT', record({ a: { type: 'long', default: 1.5 } })],
    ['SCHEMA_BAD_DEFAULT', record({ a: { type: ['null', 'int'], default: 5 } })],
    ['SCHEMA_BAD_DEFAULT', record({ a: { type: { type: 'string', logicalType: 'uuid' }, default: 'x' } })],
  ])('is %s: %.200j', (code, content) => {
    const { problems } = load({ 'todo/v1_todo_created.json': content });
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]?.message).toMatch(/^(In )?todo\/v1_todo_created\.json.*[;:] .*\.$/);
  });

  it('has the path of what is wrong', () => {
    const inner = {
      type: 'record',
      name: 'Inner',
      fields: [{ name: 'n', type: { type: 'map', values: ['null', 'Nope'] } }],
    };
    const { problems } = load({
      'todo/v1_todo_created.json': record({
        list: { type: 'array', items: inner },
        b: { type: 'int', logicalType: 'x' },
      }),
    });
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['SCHEMA_UNKNOWN_NAME', 'list[].n{}'],
      ['SCHEMA_UNKNOWN_LOGICAL_TYPE', 'b'],
    ]);
    const { problems: defaults } = load({
      'todo/v1_todo_created.json': record({ a: { type: 'int', default: '' } }),
    });
    expect(defaults[0]?.path).toBe('a');
  });

  const problemsOf = (fields: Record<string, unknown>): unknown[] =>
    load({ 'todo/v1_todo_created.json': record(fields) }).problems.map(({ code, path, message }) => {
      expect(message).toContain(`at ${path}`);
      return [code, path];
    });

  it('has the path of each union that cannot be told apart, all at once', () => {
    const list = (items: unknown) => ({ type: 'array', items });
    const map = (values: unknown) => ({ type: 'map', values });
    const millis = { type: 'long', logicalType: 'timestamp-millis' };
    const inner = {
      type: 'record',
      name: 'Inner',
      namespace: 'a.b',
      fields: [{ name: 'x', type: ['int', 'int'] }],
    };
    const paths = problemsOf({
      lists: [list('int'), 'null', list('string')],
      maps: list([map('int'), map('string')]),
      primitives: map(['null', 'string', 'string']),
      logical: ['null', 'long', millis],
      inner,
      names: ['null', 'a.b.Inner', 'a.b.Inner'],
      fine: ['null', 'int', 'a.b.Inner', { type: 'fixed', name: 'F', size: 1 }, list('int'), map('int')],
    });
    expect(paths).toEqual(
      ['lists', 'maps[]', 'primitives{}', 'logical', 'inner.x', 'names'].map((path) => [
        'SCHEMA_NOT_AVRO',
        path,
      ]),
    );
  });

  it('has the path of each enum whose default is none of its symbols', () => {
    const of = (name: string, preset: unknown) => ({
      type: 'enum',
      name,
      symbols: ['a', 'b'],
      default: preset,
    });
    expect(
      problemsOf({
        one: ['null', of('A', 'c')],
        two: { type: 'array', items: of('B', null) },
        fine: ['null', of('C', 'b')],
      }),
    ).toEqual([
      ['SCHEMA_NOT_AVRO', 'one'],
      ['SCHEMA_NOT_AVRO', 'two[]'],
    ]);
  });

  it('has the path of each default of a wrong type, all at once', () => {
    const inner = {
      type: 'record',
      name: 'Inner',
      fields: [
        { name: 'n', type: 'int', default: 'x' },
        { name: 'fine', type: 'int', default: 5 },
      ],
    };
    expect(
      problemsOf({
        a: { type: 'int', default: 'x' },
        fine: { type: ['null', 'int'], default: null },
        inner: { type: 'array', items: { type: 'map', values: ['null', inner] } },
        again: { type: 'Inner', default: { n: 1, fine: 'no' } },
        b: { type: ['null', 'int'], default: 5 },
        same: { type: 'int', default: 'x' },
      }),
    ).toEqual(['a', 'inner[]{}.n', 'again', 'b', 'same'].map((path) => ['SCHEMA_BAD_DEFAULT', path]));
  });

  it('that is nothing but wrong defaults is told of quickly', () => {
    const fields = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, n) => [`f${n}`, { type: 'int', default: 'x' }]),
    );
    const begin = Date.now();
    const { problems } = load({ 'todo/v1_todo_created.json': record(fields) });
    expect(problems.slice(0, 100).map(({ path }) => path)).toEqual(Object.keys(fields).slice(0, 100));
    expect(Date.now() - begin).toBeLessThan(20_000);
  });

  it('never makes loading throw, whatever its JSON', () => {
    const words = [
      'type',
      'name',
      'fields',
      'items',
      'values',
      'symbols',
      'size',
      'logicalType',
      'default',
      '__proto__',
    ];
    const types = [
      'record',
      'enum',
      'fixed',
      'array',
      'map',
      'long',
      'bytes',
      'decimal',
      'date',
      'a',
      '',
      'a.b',
    ];
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(...types, null, 1, -1, true),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...words), tie('node')),
      ),
    }));
    const directory = schemaDirectory({ 'todo/v1_todo_created.json': '' });
    fc.assert(
      fc.property(node, node, node, (type, extra, fallback) => {
        const schema = {
          type: 'record',
          name: 'a',
          fields: [
            { name: 'a', type, default: fallback },
            { name: 'b', type: extra },
          ],
        };
        writeFileSync(join(directory, 'todo/v1_todo_created.json'), JSON.stringify(schema));
        const { registry, problems } = SchemaRegistry.load({ directory }, [TODO_CREATED]);
        expect(problems.length > 0 || registry.newest('todo', 'todo_created') !== undefined).toBe(true);
      }),
    );
  });
});
