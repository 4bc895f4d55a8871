import { Injectable, Module, type DynamicModule, type ModuleMetadata, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  Aggregate,
  AggregateRepository,
  AggregateRoot,
  Apply,
  DomainEvent,
  EventSourcingError,
  EventSourcingModule,
  EventStore,
  getAggregateRepositoryToken,
  getEventStoreToken,
  InjectAggregateRepository,
  SchemaRegistry,
  type EventSourcingModuleAsyncOptions,
  type EventSourcingModuleOptions,
  type EventSourcingOptionsFactory,
} from 'nestevents';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { Note } from '../fixtures/note.js';
import { Todo } from '../fixtures/todo.js';
import { writeSchemas } from '../fixtures/schemas.js';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

let database: TestDatabase;
let other: TestDatabase;
/** Nest does not close what an application opened that then failed to start, so those get one of their own. */
let failing: TestDatabase;
let directory: string;
const modules: TestingModule[] = [];

beforeAll(async () => {
  [database, other, failing] = await Promise.all([
    createTestDatabase(),
    createTestDatabase(),
    createTestDatabase(),
  ]);
  directory = await mkdtemp(join(tmpdir(), 'nestevents-module-'));
});

afterEach(async () => {
  for (const module of modules.splice(0)) await module.close();
});

afterAll(async () => {
  for (const each of [database, other]) {
    await assertNoConnectionsLeft(each);
    await each.drop();
  }
  await failing.drop();
  await rm(directory, { recursive: true });
});

type Imports = NonNullable<ModuleMetadata['imports']>;

async function start(imports: Imports, providers: Type[] = []): Promise<TestingModule> {
  const module = await Test.createTestingModule({ imports, providers }).compile();
  modules.push(module);
  return module.init();
}

const typeOrm = (name?: string, url = database.url): DynamicModule =>
  TypeOrmModule.forRoot({ type: 'postgres', url, autoLoadEntities: true, retryAttempts: 1 }, name);

const failingTypeOrm = (): DynamicModule => typeOrm(undefined, failing.url);

async function failure(started: Promise<unknown>): Promise<Error> {
  return started.then(
    () => {
      throw new Error('it started');
    },
    (error: unknown) => error as Error,
  );
}

describe('EventSourcingModule', () => {
  it('gives repositories and the store to the application', async () => {
    @Injectable()
    class Service {
      constructor(
        @InjectAggregateRepository(Todo) readonly todos: AggregateRepository<Todo>,
        readonly store: EventStore,
        readonly schemas: SchemaRegistry,
      ) {}
    }
    const module = await start(
      [typeOrm(), EventSourcingModule.forRoot(), EventSourcingModule.forFeature([Todo])],
      [Service],
    );
    const { todos, store } = module.get(Service);
    await todos.save(Todo.create('plain', 'a'));
    expect(await store.version({ aggregate: Todo, id: 'plain' })).toBe(1);
    expect(module.get(getAggregateRepositoryToken(Todo))).toBe(todos);
  });

  it('serves several feature modules', async () => {
    @Module({ imports: [EventSourcingModule.forFeature([Todo])], exports: [EventSourcingModule] })
    class Todos {}
    @Injectable()
    class NotesService {
      constructor(
        @InjectAggregateRepository(Note) readonly notes: AggregateRepository<Note>,
        @InjectAggregateRepository(Todo) readonly todos: AggregateRepository<Todo>,
      ) {}
    }
    @Module({ imports: [EventSourcingModule.forFeature([Note]), Todos], providers: [NotesService] })
    class Notes {}
    const module = await start([typeOrm(), EventSourcingModule.forRoot({}), Todos, Notes]);
    const { notes, todos } = module.get(NotesService, { strict: false });
    await notes.save(Note.take('n', 1));
    expect(await notes.exists('n')).toBe(true);
    expect(await todos.exists('n')).toBe(false);
  });

  describe('forRootAsync', () => {
    const options: EventSourcingModuleOptions = { addSchemaVersionToEventData: true };

    @Injectable()
    class Settings implements EventSourcingOptionsFactory {
      async createEventSourcingOptions(): Promise<EventSourcingModuleOptions> {
        return { ...options, schemas: { directory } };
      }
    }
    @Module({ providers: [Settings], exports: [Settings] })
    class SettingsModule {}

    it.each<[string, () => EventSourcingModuleAsyncOptions]>([
      ['useFactory', () => ({ useFactory: async () => ({ ...options, schemas: { directory } }) })],
      [
        'useFactory with inject',
        () => ({
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: (settings: Settings) => settings.createEventSourcingOptions(),
        }),
      ],
      ['useClass', () => ({ useClass: Settings })],
      ['useExisting', () => ({ imports: [SettingsModule], useExisting: Settings })],
    ])('takes options from %s', async (name, async) => {
      await writeSchemas(directory, {
        'todo/v1_todo_created.json': { label: 'string', schema_version: 'int' },
        'todo/v1_todo_label_changed.json': { label: 'string', schema_version: 'int' },
      });
      const module = await start([
        typeOrm(),
        EventSourcingModule.forRootAsync(async()),
        EventSourcingModule.forFeature([Todo]),
      ]);
      const todos = module.get<AggregateRepository<Todo>>(getAggregateRepositoryToken(Todo));
      await todos.save(Todo.create(name, 'a'));
      const [event] = await todos.history(name);
      expect(event).toMatchObject({ eventVersion: 1, schema_version: 1 });
    });

    it.each<[EventSourcingModuleAsyncOptions]>([[{}], [{ useFactory: () => ({}), useClass: Settings }]])(
      'needs exactly one of them: %p',
      (wrong) => {
        expect(() => EventSourcingModule.forRootAsync(wrong)).toThrow(/exactly one of useFactory, useClass/);
      },
    );

    it('says when the data source is named too late', async () => {
      const error = await failure(
        start([
          failingTypeOrm(),
          EventSourcingModule.forRootAsync({ useFactory: () => ({ dataSource: 'b' }) }),
        ]),
      );
      expect(error.message).toMatch(/forRootAsync\(\{ dataSource: 'b', useFactory: … \}\)/);
    });
  });

  it('keeps two stores on two data sources side by side, with the same aggregates', async () => {
    @Injectable()
    class Both {
      constructor(
        @InjectAggregateRepository(Todo) readonly first: AggregateRepository<Todo>,
        @InjectAggregateRepository(Todo, 'second') readonly second: AggregateRepository<Todo>,
      ) {}
    }
    const module = await start(
      [
        typeOrm(),
        typeOrm('second', other.url),
        EventSourcingModule.forRoot(),
        EventSourcingModule.forRootAsync({ dataSource: 'second', useFactory: () => ({}) }),
        EventSourcingModule.forFeature([Todo]),
        EventSourcingModule.forFeature([Todo], 'second'),
      ],
      [Both],
    );
    const { first, second } = module.get(Both);
    await first.save(Todo.create('both', 'one'));
    await second.save(Todo.create('both', 'two'));
    expect(await first.load('both')).toMatchObject({ label: 'one' });
    expect(await second.load('both')).toMatchObject({ label: 'two' });
    expect(module.get(EventStore)).not.toBe(module.get(getEventStoreToken('second')));
  });

  it('does not let two applications in one process see each other', async () => {
    @Aggregate({ name: 'todo' })
    class OtherTodo extends AggregateRoot {}
    const one = await start([
      typeOrm(),
      EventSourcingModule.forRoot(),
      EventSourcingModule.forFeature([Todo]),
    ]);
    const two = await start([
      typeOrm(undefined, other.url),
      EventSourcingModule.forRoot(),
      EventSourcingModule.forFeature([OtherTodo]),
    ]);
    await one
      .get<AggregateRepository<Todo>>(getAggregateRepositoryToken(Todo))
      .save(Todo.create('app', 'one'));
    expect(await two.get(getAggregateRepositoryToken(OtherTodo)).exists('app')).toBe(false);
    expect(() => two.get(getAggregateRepositoryToken(Note))).toThrow(/could not find/);
  });

  it('answers what is on its way to the database before it is closed', async () => {
    const module = await start([
      typeOrm(),
      EventSourcingModule.forRoot(),
      EventSourcingModule.forFeature([Todo]),
    ]);
    const todos = module.get<AggregateRepository<Todo>>(getAggregateRepositoryToken(Todo));
    const saves = Array.from({ length: 60 }, (_, n) => todos.save(Todo.create(`closing-${n}`, 'x')));
    await Promise.all([module.close(), Promise.all(saves)]);
    modules.splice(modules.indexOf(module), 1);
  });

  it('works on a database that is synchronized', async () => {
    const empty = await createEmptyDatabase();
    const module = await start([
      TypeOrmModule.forRoot({ type: 'postgres', url: empty.url, autoLoadEntities: true, synchronize: true }),
      EventSourcingModule.forRoot(),
      EventSourcingModule.forFeature([Todo]),
    ]);
    const todos = module.get<AggregateRepository<Todo>>(getAggregateRepositoryToken(Todo));
    await todos.save(Todo.create('1', 'a'));
    await expect(module.get(DataSource).query('delete from event_journal')).rejects.toThrow(/append-only/);
    await module.close();
    modules.pop();
    await empty.drop();
  });
});

describe('a start-up error says what to do', () => {
  class Wrong {}
  class Elsewhere extends DomainEvent {}
  @Aggregate()
  class Broken extends AggregateRoot {
    @Apply(Wrong as never) protected onWrong(): void {}
  }
  @Aggregate()
  class Reserved extends AggregateRoot {
    @Apply(reserved()) protected on(): void {}
  }
  @Aggregate()
  class Fine extends AggregateRoot {
    @Apply(Elsewhere) protected on(): void {}
  }

  @Aggregate({ name: 'fine' })
  class AlsoFine extends AggregateRoot {}

  it('forFeature without an array', () => {
    expect(() => EventSourcingModule.forFeature(Fine as never)).toThrow(
      /given no array.*forFeature\(\[Todo\]\)/,
    );
  });

  it.each<[string, () => Imports, RegExp]>([
    [
      'no data source',
      () => [EventSourcingModule.forRoot()],
      /found no TypeORM data source named "default"\. Import TypeOrmModule\.forRoot/,
    ],
    [
      'no data source of that name',
      () => [failingTypeOrm(), EventSourcingModule.forRoot({ dataSource: 'audit' })],
      /named "audit"\. Import TypeOrmModule\.forRoot\(\{ name: 'audit'/,
    ],
    [
      'forFeature without forRoot',
      () => [failingTypeOrm(), EventSourcingModule.forFeature([Fine])],
      /forFeature\(\[Fine\]\) found no event store.*Import EventSourcingModule\.forRoot\(\)/,
    ],
    [
      'forFeature of another data source',
      () => [
        failingTypeOrm(),
        EventSourcingModule.forRoot(),
        EventSourcingModule.forFeature([Fine], 'audit'),
      ],
      /forFeature\(\[Fine\], 'audit'\) found no event store.*forRoot\(\{ dataSource: 'audit' \}\)/,
    ],
    [
      'forRoot twice',
      () => [failingTypeOrm(), EventSourcingModule.forRoot(), EventSourcingModule.forRoot()],
      /forRoot is imported 2 times for the data source "default"\. Import it once/,
    ],
    [
      'an aggregate registered twice',
      () => [
        failingTypeOrm(),
        EventSourcingModule.forRoot(),
        EventSourcingModule.forFeature([Fine]),
        EventSourcingModule.forFeature([Fine]),
      ],
      /The aggregate Fine is registered twice/,
    ],
    [
      'an aggregate twice in one call',
      () => [failingTypeOrm(), EventSourcingModule.forRoot(), EventSourcingModule.forFeature([Fine, Fine])],
      /The aggregate Fine is registered twice/,
    ],
    [
      'one name twice in one call',
      () => [
        failingTypeOrm(),
        EventSourcingModule.forRoot(),
        EventSourcingModule.forFeature([Fine, AlsoFine]),
      ],
      /The aggregates Fine and AlsoFine share the name "fine"/,
    ],
    [
      '@Apply of no event',
      () => [failingTypeOrm(), EventSourcingModule.forRoot(), EventSourcingModule.forFeature([Broken])],
      /Broken\.onWrong has Wrong in @Apply, which is no event/,
    ],
    [
      'a reserved name',
      () => [failingTypeOrm(), EventSourcingModule.forRoot(), EventSourcingModule.forFeature([Reserved])],
      /Bad has a payload property "eventId"/,
    ],
    [
      'a directory of schemas that is not there',
      () => [
        failingTypeOrm(),
        EventSourcingModule.forRoot({ schemas: { directory: '/nowhere/avro' } }),
        EventSourcingModule.forFeature([Fine]),
      ],
      /\/nowhere\/avro/,
    ],
  ])('%s', async (_, imports, message) => {
    const error = await failure(start(imports()));
    expect(error).toBeInstanceOf(EventSourcingError);
    expect(error.message).toMatch(message);
  });

  it('no table', async () => {
    const empty = await createEmptyDatabase();
    const error = await failure(start([typeOrm(undefined, empty.url), EventSourcingModule.forRoot()]));
    expect(error.message).toMatch(/The table "event_journal" does not exist\. Run the shipped migrations/);
    for (const module of modules.splice(0)) await module.get(DataSource).destroy();
    await empty.drop();
  });

  it.each<[unknown, RegExp]>([
    [null, /options of EventSourcingModule are null/],
    [[], /options of EventSourcingModule are object/],
    [{ dataSource: 5 }, /data source given to EventSourcingModule is 5/],
    [{ schema: {} }, /no option schema\. Known are dataSource, schemas/],
    [{ schemas: 'avro' }, /option schemas of EventSourcingModule is "avro"\. It has to be an object/],
    [{ schemas: {} }, /option schemas\.directory of EventSourcingModule is missing/],
    [{ schemas: { directory: '' } }, /schemas\.directory of EventSourcingModule is ""/],
    [
      { schemas: { directory: 'a', validate: 'never' } },
      /schemas\.validate .* is "never"\. .*'always' or 'on-demand'/,
    ],
    [{ schemas: { directory: 'a', onProblem: true } }, /schemas\.onProblem .* is true/],
    [{ schemas: { directory: 'a', allowUndeclaredFields: 'yes' } }, /allowUndeclaredFields .* is "yes"/],
    [{ schemas: { directory: 'a', toString: 1 } }, /no option schemas\.toString/],
    [{ encoding: 'xml' }, /option encoding .* is "xml"\. It has to be 'json' or 'avro'/],
    [{ addSchemaVersionToEventData: 1 }, /addSchemaVersionToEventData .* is 1\. It has to be true or false/],
  ])('wrong options: %p', (options, message) => {
    expect(() => EventSourcingModule.forRoot(options as EventSourcingModuleOptions)).toThrow(message);
  });
});

function reserved(): Type<DomainEvent> {
  class Bad extends DomainEvent {
    constructor(eventId: string) {
      super();
      Object.assign(this, { eventId });
    }
  }
  return Bad;
}
