import { join } from 'node:path';

import { SchemaRegistry } from '../../../src/schema/index.js';
import { load, record, removeSchemaDirectories, schemaDirectory, TODO_CREATED } from './schema-directory.js';

afterAll(removeSchemaDirectories);

const OK = record({ label: 'string' });
const codes = (result: ReturnType<typeof load>) => result.problems.map(({ code, file }) => [code, file]);

describe('versions', () => {
  it('are all loaded, and the highest is the newest', () => {
    const { registry, problems } = load({
      'todo/v1_todo_created.json': OK,
      'todo/v2_todo_created.avsc': OK,
      'todo/v3_todo_created.json': OK,
    });
    expect(problems).toEqual([]);
    expect([...registry.versions('todo', 'todo_created').keys()]).toEqual([1, 2, 3]);
    expect(registry.newest('todo', 'todo_created')).toMatchObject({
      version: 3,
      aggregateType: 'todo',
      eventType: 'todo_created',
      file: expect.stringMatching(/todo\/v3_todo_created\.json$/),
      definition: { type: 'record', name: 'todo_created', fields: [{ name: 'label', type: 'string' }] },
    });
  });

  it('are ordered as numbers', () => {
    const files = Object.fromEntries(
      Array.from({ length: 11 }, (_, i) => [`todo/v${i + 1}_todo_created.json`, OK]),
    );
    expect([...load(files).registry.versions('todo', 'todo_created').keys()]).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
    expect(load(files).registry.newest('todo', 'todo_created')?.version).toBe(11);
  });

  it('with a gap are a problem, and the newest is the one before the gap', () => {
    const result = load({
      'todo/v1_todo_created.json': OK,
      'todo/v2_todo_created.json': OK,
      'todo/v4_todo_created.json': OK,
    });
    expect(result.problems).toEqual([
      {
        code: 'SCHEMA_VERSION_GAP',
        aggregate: 'todo',
        event: 'todo_created',
        version: 4,
        file: 'todo/v4_todo_created.json',
        message:
          'todo/v4_todo_created.json is there, but version 3 of todo_created is missing; create todo/v3_todo_created.json, or number the files from 1 without a gap.',
      },
    ]);
    expect(result.registry.newest('todo', 'todo_created')?.version).toBe(2);
  });

  it('that do not begin with 1 are a problem', () => {
    const result = load({ 'todo/v3_todo_created.json': OK });
    expect(codes(result)).toEqual([['SCHEMA_VERSION_GAP', 'todo/v3_todo_created.json']]);
    expect(result.problems[0]?.message).toContain('versions 1 to 2');
    expect(result.registry.newest('todo', 'todo_created')).toBeUndefined();
    expect(codes(load({ 'todo/v0_todo_created.json': OK, 'todo/v1_todo_created.json': OK }))).toEqual([
      ['SCHEMA_VERSION_GAP', 'todo/v0_todo_created.json'],
    ]);
  });

  it.each(['v1_todo_created.avsc', 'v01_todo_created.json'])(
    'with two files for one, the other %s, are a problem',
    (other) => {
      const result = load({ 'todo/v1_todo_created.json': OK, [`todo/${other}`]: OK });
      expect(result.problems).toHaveLength(1);
      expect(result.problems[0]).toMatchObject({ code: 'SCHEMA_DUPLICATE_VERSION', version: 1 });
      expect(result.problems[0]?.message).toContain(other);
    },
  );

  it('end before the first broken one', () => {
    const result = load({ 'todo/v1_todo_created.json': OK, 'todo/v2_todo_created.json': '{' });
    expect(codes(result)).toEqual([['SCHEMA_NOT_JSON', 'todo/v2_todo_created.json']]);
    expect(result.registry.newest('todo', 'todo_created')?.version).toBe(1);
  });

  it('of events nobody asks for are not looked at', () => {
    expect(
      load({ 'todo/v1_todo_created.json': OK, 'todo/v7_todo_gone.json': [], 'user/v2_x.json': 1 }).problems,
    ).toEqual([]);
  });
});

describe('a missing schema', () => {
  it('is a problem that names the class and the file to create', () => {
    const contracts = [
      TODO_CREATED,
      { aggregateType: 'todo', eventType: 'todo_done', eventClass: 'TodoDone' },
    ];
    const { problems } = load({ 'todo/v1_todo_created.json': OK }, {}, contracts);
    expect(problems).toEqual([
      {
        code: 'SCHEMA_MISSING',
        aggregate: 'todo',
        event: 'todo_done',
        version: 1,
        file: 'todo/v1_todo_done.json',
        message: 'The event TodoDone has no schema; create todo/v1_todo_done.json.',
      },
    ]);
  });

  it('has its path as the user would type it', () => {
    const { problems } = SchemaRegistry.load({ directory: 'src/schema' }, [TODO_CREATED]);
    expect(problems.map(({ file }) => file)).toEqual(['src/schema/todo/v1_todo_created.json']);
  });

  it('is never looked for outside the directory', () => {
    const outer = schemaDirectory({ 'v1_x.json': OK, 'avro/README.md': '' });
    const contracts = [{ aggregateType: '..', eventType: 'x', eventClass: 'X' }];
    const { problems } = SchemaRegistry.load({ directory: join(outer, 'avro') }, contracts);
    expect(problems.map(({ code }) => code)).toEqual(['SCHEMA_MISSING']);
  });
});

it('an empty registry knows no schema', () => {
  expect(new SchemaRegistry().newest('todo', 'todo_created')).toBeUndefined();
  expect(new SchemaRegistry().versions('todo', 'todo_created').size).toBe(0);
});
