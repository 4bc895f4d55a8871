import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  Aggregate,
  AggregateRepository,
  AggregateRoot,
  Apply,
  DomainEvent,
  EventPayloadError,
  EventSchemaError,
  EventStore,
  getAggregateRepositoryToken,
  SchemaRegistry,
  type AggregateClass,
  type SchemaOptions,
} from 'nestevents';
import { EventSourcingTestingModule, given } from 'nestevents/testing';
import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSchemas } from '../../fixtures/schemas.js';
import { Task, TaskPlanned } from '../../fixtures/task.js';
import { Todo, TodoCreated, TodoLabelChanged } from '../../fixtures/todo.js';

let directory: string;
let module: TestingModule | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nestevents-schemas-'));
});

afterEach(async () => {
  await module?.close();
  module = undefined;
  await rm(directory, { recursive: true });
});

type Options = Partial<SchemaOptions> & { addSchemaVersionToEventData?: boolean };

async function start(options: Options = {}, aggregates: AggregateClass[] = [Todo]): Promise<void> {
  const { addSchemaVersionToEventData, ...schemas } = options;
  const compiled = await Test.createTestingModule({
    imports: [
      EventSourcingTestingModule.forRoot({ schemas: { directory, ...schemas }, addSchemaVersionToEventData }),
      EventSourcingTestingModule.forFeature(aggregates),
    ],
  }).compile();
  module = await compiled.init();
}

const todos = (): AggregateRepository<Todo> => module!.get(getAggregateRepositoryToken(Todo));

const TODO = {
  'todo/v1_todo_created.json': { label: 'string' },
  'todo/v1_todo_label_changed.json': { label: 'string' },
};

describe('with schemas', () => {
  it('the highest unbroken version is used and stored', async () => {
    await writeSchemas(directory, {
      ...TODO,
      'todo/v2_todo_created.json': { label: 'string' },
      'todo/v3_todo_created.avsc': { label: 'string' },
    });
    await start();
    const todo = Todo.create('1', 'a');
    todo.changeLabel('b');
    await todos().save(todo);
    expect((await todos().history('1')).map(({ eventVersion }) => eventVersion)).toEqual([3, 1]);
    const registry = module!.get(SchemaRegistry);
    expect([...registry.versions('todo', 'todo_created').keys()]).toEqual([1, 2, 3]);
    expect(registry.newest('todo', 'todo_created')?.version).toBe(3);
  });

  it('the version goes into the payload on request, unless it is there', async () => {
    class Odd extends DomainEvent {
      constructor(readonly schema_version: number) {
        super();
      }
    }
    @Aggregate()
    class Thing extends AggregateRoot {
      @Apply(Odd) protected on(): void {}
    }
    await writeSchemas(directory, {
      'todo/v1_todo_created.json': { label: 'string', schema_version: 'int' },
      'todo/v1_todo_label_changed.json': { label: 'string' },
      'thing/v1_thing_odd.json': { schema_version: 'long' },
    });
    await start({ addSchemaVersionToEventData: true, allowUndeclaredFields: true }, [Todo, Thing]);
    await todos().save(Todo.create('1', 'a'));
    expect((await todos().history('1'))[0]).toEqual({ label: 'a', schema_version: 1 });
    const store = module!.get(EventStore);
    await store.append({ aggregate: Thing, id: '1' }, [new Odd(77)]);
    for await (const event of store.read({ aggregate: Thing, id: '1' }))
      expect(event).toEqual({ schema_version: 77 });
  });

  it('the version goes into the payload also where the schema does not declare it', async () => {
    await writeSchemas(directory, TODO);
    await start({ addSchemaVersionToEventData: true });
    await todos().save(Todo.create('1', 'a'));
    expect((await todos().history('1'))[0]).toEqual({ label: 'a', schema_version: 1 });
  });

  it('a payload that breaks its schema is not stored, and the error says all', async () => {
    await writeSchemas(directory, TODO);
    await start();
    const bad = new Todo('1');
    bad.apply(new TodoCreated(5 as never));
    const error: unknown = await todos()
      .save(bad)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EventSchemaError);
    expect((error as EventSchemaError).problems).toMatchObject([
      { event: 'todo_created', path: 'label', expected: 'string', got: 'number 5', version: 1 },
    ]);
    expect((error as Error).message).toMatch(/todo_created.*label.*expected string, got number 5/);
    expect(await todos().exists('1')).toBe(false);
  });

  it('none of several events is stored when one breaks its schema', async () => {
    await writeSchemas(directory, TODO);
    await start();
    const todo = Todo.create('1', 'a');
    todo.apply(new TodoLabelChanged(null as never));
    await expect(todos().save(todo)).rejects.toThrow(EventSchemaError);
    expect(await todos().exists('1')).toBe(false);
  });

  it('undefined, NaN and cycles are named by the schema or by the payload', async () => {
    class Sized extends DomainEvent {
      constructor(readonly size: unknown) {
        super();
      }
    }
    @Aggregate()
    class Box extends AggregateRoot {
      @Apply(Sized) protected on(): void {}
    }
    await writeSchemas(directory, { 'box/v1_box_sized.json': { size: 'double' } });
    await start({}, [Box]);
    const store = module!.get(EventStore);
    const append = (size: unknown): Promise<unknown> =>
      store.append({ aggregate: Box, id: '1' }, [new Sized(size)]);
    await expect(append(undefined)).rejects.toThrow(EventSchemaError);
    await expect(append(NaN)).rejects.toThrow(/size.*NaN/);
    const cycle: unknown[] = [];
    cycle.push(cycle);
    await expect(append(cycle)).rejects.toThrow(EventPayloadError);
    await append(1.5);
  });

  it('undeclared fields are an error unless allowed', async () => {
    await writeSchemas(directory, { ...TODO, 'todo/v1_todo_created.json': {} });
    await start();
    await expect(todos().save(Todo.create('1', 'a'))).rejects.toThrow(/label/);
    await module!.close();
    await start({ allowUndeclaredFields: true });
    await todos().save(Todo.create('1', 'a'));
  });

  it('validation on demand is off until a save asks for it', async () => {
    await writeSchemas(directory, { ...TODO, 'todo/v1_todo_created.json': { label: 'int' } });
    await start({ validate: 'on-demand' });
    await todos().save(Todo.create('1', 'a'));
    expect((await todos().history('1'))[0]).toMatchObject({ eventVersion: 1 });
    await expect(todos().save(Todo.create('2', 'a'), { validate: true })).rejects.toThrow(EventSchemaError);
    await expect(
      module!
        .get(EventStore)
        .append({ aggregate: Todo, id: '3' }, [new TodoCreated('a')], { validate: true }),
    ).rejects.toThrow(EventSchemaError);
    expect(await todos().exists('2')).toBe(false);
  });

  it('a save cannot switch validation off', async () => {
    await writeSchemas(directory, { ...TODO, 'todo/v1_todo_created.json': { label: 'int' } });
    await start();
    await expect(todos().save(Todo.create('1', 'a'), { validate: false })).rejects.toThrow(EventSchemaError);
  });

  it("djangoevents' schemas, which name fields of the envelope, work as they are", async () => {
    await writeSchemas(directory, {
      'todo/v1_todo_created.json': JSON.stringify({
        name: 'todo_created',
        type: 'record',
        doc: 'A todo was created',
        namespace: 'services.todos',
        fields: [
          { name: 'entity_id', type: 'string', doc: 'ID of the todo' },
          { name: 'entity_version', type: 'long', doc: 'Aggregate revision' },
          { name: 'domain_event_id', type: 'string', doc: 'ID of the last modifying event' },
          { name: 'schema_version', type: 'long', doc: 'Version of this schema' },
          { name: 'label', type: 'string', doc: 'What is to be done' },
        ],
      }),
      'todo/v1_todo_label_changed.json': {
        aggregateId: 'string',
        aggregate_version: 'int',
        eventId: 'string',
        label: 'string',
      },
    });
    await start();
    const todo = Todo.create('1', 'a');
    todo.changeLabel('b');
    await todos().save(todo);
    expect((await todos().history('1')).map((event) => ({ ...event }))).toEqual([
      { label: 'a' },
      { label: 'b' },
    ]);
  });

  it('all problems are thrown at once, sorted by file', async () => {
    class Archived extends DomainEvent {}
    class Starred extends DomainEvent {}
    class Shared extends DomainEvent {}
    @Aggregate()
    class Task extends AggregateRoot {
      @Apply(Archived, Starred, Shared) protected on(): void {}
    }
    await writeSchemas(directory, {
      'todo/v1_todo_created.json': '{ "type": "record",\n  "name": "todo_created"\n  "fields": [] }',
      'todo/v2_todo_label_changed.json': { label: 'string' },
      'task/v1_task_archived.json': { position: 'long' },
      'task/v1_task_starred.json': { by: 'Person' },
    });
    const error = await start({}, [Task, Todo]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EventSchemaError);
    const { problems, message } = error as EventSchemaError;
    expect(problems.map(({ code }) => code).sort()).toEqual([
      'SCHEMA_MISSING',
      'SCHEMA_NOT_JSON',
      'SCHEMA_RESERVED_FIELD',
      'SCHEMA_UNKNOWN_NAME',
      'SCHEMA_VERSION_GAP',
    ]);
    for (const { file } of problems) if (file) expect(message).toContain(file);
    expect(message).toContain('line 3');
  });

  it('or only logged, and then what can be used is used', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
    await writeSchemas(directory, { 'todo/v1_todo_created.json': { label: 'string' } });
    await start({ onProblem: 'warn' });
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]![0]).toMatch(/v1_todo_label_changed\.json/);
    warn.mockRestore();
    const todo = Todo.create('1', 'a');
    todo.changeLabel('b');
    await todos().save(todo);
    expect((await todos().history('1')).map(({ eventVersion }) => eventVersion)).toEqual([1, null]);
    await expect(todos().save(Todo.create('2', 7 as never))).rejects.toThrow(EventSchemaError);
    const loaded = await todos().load('1');
    loaded.changeLabel('c');
    await expect(todos().save(loaded, { validate: true })).rejects.toThrow(
      /was to be validated but has no schema/,
    );
  });

  it('an abstract base needs none, its concrete aggregates do', async () => {
    class Named extends DomainEvent {
      constructor(readonly name: string) {
        super();
      }
    }
    @Aggregate({ abstract: true })
    abstract class Animal extends AggregateRoot {
      @Apply(Named) protected onNamed(): void {}
    }
    @Aggregate()
    class Dog extends Animal {}
    const missing = await start({}, [Animal, Dog]).catch((reason: unknown) => reason);
    expect((missing as EventSchemaError).problems).toMatchObject([
      { code: 'SCHEMA_MISSING', event: 'dog_named' },
    ]);
    await writeSchemas(directory, { 'dog/v1_dog_named.json': { name: 'string' } });
    await start({}, [Animal, Dog]);
  });
});

describe('an aggregate with a private constructor', () => {
  it('is registered, injected, loaded and tested like any other', async () => {
    await writeSchemas(directory, { 'task/v1_task_planned.json': { text: 'string' } });
    await start({}, [Task]);
    const tasks: AggregateRepository<Task> = module!.get(getAggregateRepositoryToken(Task));
    await tasks.save(Task.plan('1', 'rest'));
    const task = await tasks.load('1');
    expect(task).toBeInstanceOf(Task);
    expect(task.text).toBe('rest');
    given(Task, [new TaskPlanned('x')]).expectState(({ text }) => expect(text).toBe('x'));
  });
});

describe('values of every kind of schema', () => {
  class Taken extends DomainEvent {
    constructor(readonly value: unknown) {
      super();
    }
  }
  @Aggregate()
  class Photo extends AggregateRoot {
    @Apply(Taken) protected on(): void {}
  }

  const person = {
    type: 'record',
    name: 'Person',
    fields: [
      { name: 'name', type: 'string' },
      { name: 'boss', type: ['null', 'Person'], default: null },
    ],
  };
  const millis = { type: 'long', logicalType: 'timestamp-millis' };
  const moment = new Date('2026-01-31T12:34:56.789Z');

  it.each<[string, unknown, unknown]>([
    ['records in records', person, { name: 'a', boss: { name: 'b', boss: null } }],
    ['arrays', { type: 'array', items: { type: 'array', items: 'int' } }, [[1, 2], []]],
    ['maps', { type: 'map', values: { type: 'map', values: 'string' } }, { a: { b: 'c' }, 'x y': {} }],
    ['enums', { type: 'enum', name: 'Size', symbols: ['S', 'M'] }, 'M'],
    ['unions', ['null', 'string', 'int'], 5],
    ['unions of null', ['null', 'string'], null],
    ['fixed', { type: 'fixed', name: 'Hash', size: 2 }, Buffer.from([1, 255])],
    ['bytes', 'bytes', Buffer.from([0, 1, 2])],
    ['timestamp-millis', millis, moment],
    ['timestamp-micros', { type: 'long', logicalType: 'timestamp-micros' }, moment],
    ['date', { type: 'int', logicalType: 'date' }, new Date('2026-01-31T00:00:00Z')],
    [
      'decimal',
      { type: 'bytes', logicalType: 'decimal', precision: 30, scale: 2 },
      '-1234567890123456789012345678.90',
    ],
    ['uuid', { type: 'string', logicalType: 'uuid' }, randomUUID()],
    ['long with a number', 'long', Number.MAX_SAFE_INTEGER],
    ['long with a bigint', 'long', 9_007_199_254_740_993n],
    ['long with a small bigint', 'long', 7n],
    ['null or a timestamp', ['null', millis], moment],
    ['null or a long', ['null', 'long'], -(2n ** 63n)],
    [
      'timestamps in arrays of maps',
      { type: 'array', items: { type: 'map', values: millis } },
      [{ a: moment }],
    ],
    ['booleans and doubles', { type: 'map', values: ['boolean', 'double'] }, { a: true, b: 0.1 }],
  ])('%s survive with their type', async (_, type, value) => {
    await writeSchemas(directory, { 'photo/v1_photo_taken.json': { value: type } });
    await start({}, [Photo]);
    const store = module!.get(EventStore);
    await store.append({ aggregate: Photo, id: '1' }, [new Taken(value)]);
    for await (const event of store.read({ aggregate: Photo, id: '1' })) {
      expect((event as Taken).value).toStrictEqual(value);
    }
  });

  it('types may be shared between files', async () => {
    await writeSchemas(directory, {
      'person.json': JSON.stringify(person),
      'photo/v1_photo_taken.json': { value: { type: 'array', items: 'Person' } },
    });
    await start({}, [Photo]);
    const store = module!.get(EventStore);
    await store.append({ aggregate: Photo, id: '1' }, [new Taken([{ name: 'a', boss: null }])]);
    await expect(store.append({ aggregate: Photo, id: '1' }, [new Taken([{ nom: 'a' }])])).rejects.toThrow(
      /value\[0\]\.n/,
    );
  });
});
