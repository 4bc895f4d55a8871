import { Inject, Injectable, Logger, Module, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { AsyncContext, CqrsModule } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  AggregateRepository,
  CommandBus,
  CommandHandler,
  DomainEvent,
  EventBus,
  EventsHandler,
  EventStore,
  getAggregateRepositoryToken,
  InjectAggregateRepository,
  ofType,
  Saga,
  UnhandledExceptionBus,
  type ICommand,
  type ICommandHandler,
  type IEvent,
  type IEventHandler,
} from 'nestevents';
import { EventSourcingTestingModule } from 'nestevents/testing';
import { jest } from '@jest/globals';
import { map, type Observable } from 'rxjs';
import { Todo, TodoCreated, TodoLabelChanged } from '../../fixtures/todo.js';

class Seen {
  readonly entries: string[] = [];
}

class PlainEvent {
  constructor(readonly text: string) {}
}

class ChangeLabel {
  constructor(
    readonly id: string,
    readonly label: string,
    readonly commandId?: string,
  ) {}
}

class Audit {
  constructor(readonly todo: string) {}
}

@CommandHandler(ChangeLabel)
class ChangeLabelHandler implements ICommandHandler<ChangeLabel> {
  constructor(@InjectAggregateRepository(Todo) private readonly todos: AggregateRepository<Todo>) {}

  async execute({ id, label }: ChangeLabel): Promise<void> {
    const todo = await this.todos.load(id);
    todo.changeLabel(label);
    await this.todos.save(todo);
  }
}

@EventsHandler(TodoCreated, TodoLabelChanged, PlainEvent)
class SlowHandler implements IEventHandler<DomainEvent | PlainEvent> {
  constructor(private readonly seen: Seen) {}

  async handle(event: DomainEvent | PlainEvent): Promise<void> {
    if (event instanceof PlainEvent) {
      this.seen.entries.push(`plain ${event.text}`);
      return;
    }
    const { label } = event as TodoCreated;
    // The first takes longest: in order only if each waits for the one before.
    await new Promise((resolve) => setTimeout(resolve, label === 'first' ? 30 : 0));
    this.seen.entries.push(
      `${event.constructor.name} ${label} v${event.aggregateVersion} #${event.position}`,
    );
  }
}

@EventsHandler(TodoLabelChanged)
class FailingHandler implements IEventHandler<TodoLabelChanged> {
  handle(event: TodoLabelChanged): Promise<void> {
    throw new Error(`cannot handle ${event.label}`);
  }
}

@EventsHandler(TodoLabelChanged)
class PickyHandler implements IEventHandler<TodoLabelChanged> {
  handle({ label }: TodoLabelChanged): void {
    if (label === 'fail') throw new Error('asked to');
  }
}

@EventsHandler(DomainEvent)
class EveryHandler implements IEventHandler<DomainEvent> {
  constructor(private readonly seen: Seen) {}

  handle(event: DomainEvent): void {
    this.seen.entries.push(`every ${event.eventType}`);
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  static count = 0;
  readonly number = (PerRequest.count += 1);
}

@EventsHandler(TodoCreated)
class ScopedHandler implements IEventHandler<TodoCreated> {
  constructor(
    private readonly request: PerRequest,
    private readonly seen: Seen,
  ) {}

  handle(event: TodoCreated): void {
    this.seen.entries.push(`scoped ${event.label} by ${this.request.number}`);
  }
}

@CommandHandler(Audit)
class AuditHandler implements ICommandHandler<Audit> {
  constructor(private readonly seen: Seen) {}

  async execute({ todo }: Audit): Promise<void> {
    this.seen.entries.push(`audited ${todo}`);
  }
}

@Injectable()
class AuditSaga {
  @Saga()
  audit = (events$: Observable<IEvent>): Observable<ICommand> =>
    events$.pipe(
      ofType(TodoCreated),
      map((event) => new Audit(event.aggregateId)),
    );
}

async function start(
  handlers: NonNullable<Parameters<typeof Test.createTestingModule>[0]['providers']>,
  imports: Parameters<typeof Test.createTestingModule>[0]['imports'] = [],
  seen = new Seen(),
): Promise<TestingModule> {
  const module = await Test.createTestingModule({
    imports: [
      EventSourcingTestingModule.forRoot(),
      EventSourcingTestingModule.forFeature([Todo]),
      ...(imports ?? []),
    ],
    providers: [{ provide: Seen, useValue: seen }, ChangeLabelHandler, ...handlers],
  }).compile();
  return module.init();
}

async function collectAll(store: EventStore): Promise<DomainEvent[]> {
  const events: DomainEvent[] = [];
  for await (const event of store.readAll()) events.push(event);
  return events;
}

describe('in-process handlers', () => {
  let module: TestingModule;
  let errors: jest.SpiedFunction<Logger['error']>;

  const seen = (): string[] => module.get(Seen).entries;
  const store = (): EventStore => module.get(EventStore);
  const stream = (id: string): { aggregate: typeof Todo; id: string } => ({ aggregate: Todo, id });

  beforeEach(() => {
    errors = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => {});
  });

  afterEach(async () => {
    errors.mockRestore();
    await module.close();
  });

  it('see stored events as instances with their envelope, each handler in order', async () => {
    module = await start([SlowHandler, EveryHandler]);
    const events = await store().append(stream('1'), [
      new TodoCreated('first'),
      new TodoLabelChanged('second'),
    ]);
    expect(seen()).not.toContain('TodoCreated first v1 #1');
    await store().whenHandled(events);
    expect(seen()).toEqual([
      'every todo_created',
      'every todo_label_changed',
      'TodoCreated first v1 #1',
      'TodoLabelChanged second v2 #2',
    ]);
  });

  it('can be waited for with events that were read', async () => {
    module = await start([SlowHandler]);
    await store().append(stream('1'), [new TodoCreated('first')]);
    await store().whenHandled(await collectAll(store()));
    expect(seen()).toEqual(['TodoCreated first v1 #1']);
    await store().whenHandled(await collectAll(store()));
  });

  it('do not harm each other when one fails, and say which', async () => {
    module = await start([FailingHandler, SlowHandler]);
    const unhandled: unknown[] = [];
    module.get(UnhandledExceptionBus).subscribe((info) => unhandled.push(info));
    const events = await store().append(stream('1'), [new TodoLabelChanged('a'), new TodoLabelChanged('b')]);
    await store().whenHandled(events);
    expect(seen()).toEqual(['TodoLabelChanged a v1 #1', 'TodoLabelChanged b v2 #2']);
    expect(errors.mock.calls.map(([message]) => message as string)).toEqual([
      'FailingHandler failed on todo_label_changed (todo 1, version 1): cannot handle a',
      'FailingHandler failed on todo_label_changed (todo 1, version 2): cannot handle b',
    ]);
    expect(unhandled).toEqual(
      events.map((cause, index) => ({
        cause,
        exception: new Error(`cannot handle ${index === 0 ? 'a' : 'b'}`),
      })),
    );
  });

  it('may depend on a request', async () => {
    module = await start([ScopedHandler, PerRequest]);
    PerRequest.count = 0;
    const events = await store().append(stream('1'), [new TodoCreated('a'), new TodoCreated('b')]);
    await store().whenHandled(events);
    expect(seen()).toEqual(['scoped a by 1', 'scoped b by 2']);
  });

  it('still get events that are no domain events from the bus', async () => {
    module = await start([SlowHandler]);
    module.get(EventBus).publish(new PlainEvent('hello'));
    expect(seen()).toEqual(['plain hello']);
  });

  it('get a domain event that somebody publishes without storing it, once', async () => {
    module = await start([UnstoredHandler]);
    await module.get(EventBus).publish(new TodoCreated('loose'));
    expect(seen()).toEqual(['unstored loose']);
  });

  it.each([
    ['CqrsModule', CqrsModule],
    ['CqrsModule.forRoot()', CqrsModule.forRoot()],
  ])(
    'run once, and sagas too, when %s is imported elsewhere and a handler is provided twice',
    async (_, cqrs) => {
      const shared = new Seen();
      @Module({
        imports: [cqrs],
        providers: [{ provide: Seen, useValue: shared }, SlowHandler],
      })
      class Feature {}
      module = await start([SlowHandler, PickyHandler, AuditHandler, AuditSaga], [Feature, cqrs], shared);
      const buses = [module.get(EventBus), module.select(Feature).get(EventBus)];
      const subscribed: unknown[] = [];
      for (const bus of new Set(buses)) bus.subscribe((event) => subscribed.push(event));
      const events = await store().append(stream('1'), [new TodoCreated('a')]);
      await store().whenHandled(events);
      await module
        .select(Feature)
        .get(CommandBus)
        .execute(new ChangeLabel('1', 'b', 'c1'));
      const [, changed] = await collectAll(store());
      await store().whenHandled([changed!]);
      expect(subscribed).toHaveLength(2);
      expect(changed!.metadata).toMatchObject({ causationId: 'c1' });
      const unhandled: unknown[] = [];
      for (const scope of [module, module.select(Feature)]) {
        scope.get(UnhandledExceptionBus).subscribe((info) => unhandled.push(info));
      }
      await store().whenHandled(await store().append(stream('2'), [new TodoLabelChanged('fail')]));
      // One for each listener, also where they listen on different buses.
      expect(unhandled).toHaveLength(2);
      await module.close();
      expect(shared.entries.sort()).toEqual([
        'TodoCreated a v1 #1',
        'TodoLabelChanged b v2 #2',
        'TodoLabelChanged fail v1 #3',
        'audited 1',
      ]);
    },
  );

  it('and sagas and subscribers get what was stored while the application started', async () => {
    @Injectable()
    class Early {
      constructor(@InjectAggregateRepository(Todo) private readonly todos: AggregateRepository<Todo>) {}
      async onModuleInit(): Promise<void> {
        await this.todos.save(Todo.create('early', 'bird'));
      }
    }
    module = await start([Early, AuditHandler, AuditSaga, EveryHandler]);
    expect(seen()).toEqual(['every todo_created', 'audited early']);
  });

  it('update what is being changed while they run, when its change has ended', async () => {
    const outcomes: Promise<unknown>[] = [];
    @EventsHandler(TodoCreated)
    class CountHandler implements IEventHandler<TodoCreated> {
      constructor(@InjectAggregateRepository(Todo) private readonly todos: AggregateRepository<Todo>) {}

      handle({ label }: TodoCreated): void {
        if (label !== 'inner') return;
        const update = this.todos.update('outer', (todo) => todo.changeLabel(`${todo.label}, then counted`));
        outcomes.push(update.catch((error: unknown) => error));
      }
    }
    module = await start([CountHandler]);
    const todos = module.get<AggregateRepository<Todo>>(getAggregateRepositoryToken(Todo));
    await todos.save(Todo.create('outer', 'outer'));
    await todos.update('outer', async (todo) => {
      await store().whenHandled(await todos.save(Todo.create('inner', 'inner')));
      expect(outcomes).toHaveLength(1);
      todo.changeLabel('changed');
    });
    expect(await Promise.all(outcomes)).toMatchObject([{ aggregate: { version: 3 } }]);
    expect(await todos.load('outer')).toMatchObject({ label: 'changed, then counted' });
  });

  it('let the shutdown wait for them', async () => {
    module = await start([SlowHandler]);
    await store().append(stream('1'), [new TodoCreated('first')]);
    await module.close();
    expect(seen()).toEqual(['TodoCreated first v1 #1']);
  });
});

@EventsHandler(TodoCreated)
class UnstoredHandler implements IEventHandler<TodoCreated> {
  constructor(@Inject(Seen) private readonly seen: Seen) {}
  handle(event: TodoCreated): void {
    this.seen.entries.push(`unstored ${event.label}`);
  }
}

describe('correlation', () => {
  let module: TestingModule;

  afterEach(() => module.close());

  it('is filled in from the command and from the event that is being handled', async () => {
    @EventsHandler(TodoCreated)
    class Renamer implements IEventHandler<TodoCreated> {
      constructor(private readonly commands: CommandBus) {}
      async handle({ aggregateId, label }: TodoCreated): Promise<void> {
        if (label === 'rename me') await this.commands.execute(new ChangeLabel(aggregateId, 'renamed'));
      }
    }
    module = await start([Renamer]);
    const store = module.get(EventStore);
    const [created] = await store.append({ aggregate: Todo, id: '1' }, [new TodoCreated('rename me')]);
    expect(created!.metadata).toEqual({});
    await store.whenHandled([created!]);
    const read = async (): Promise<DomainEvent[]> => {
      const events: DomainEvent[] = [];
      for await (const event of store.read({ aggregate: Todo, id: '1' })) events.push(event);
      return events;
    };
    const renamed = (await read())[1]!;
    expect(renamed.metadata['correlationId']).toBe(created!.eventId);
    expect(renamed.metadata['causationId']).toMatch(/^[0-9a-f-]{36}$/);
    expect(renamed.metadata['causationId']).not.toBe(created!.eventId);

    await module.get(CommandBus).execute(new ChangeLabel('1', 'again', 'command-7'));
    expect((await read())[2]!.metadata).toEqual({ correlationId: 'command-7', causationId: 'command-7' });

    // What comes after a command is not its doing.
    const [later] = await store.append({ aggregate: Todo, id: '2' }, [new TodoCreated('x')]);
    expect(later!.metadata).toEqual({});
  });

  it('is filled in for a command handler that depends on a request, in the context it is given', async () => {
    const contexts: unknown[] = [];
    class Rename {
      constructor(readonly id: string) {}
    }
    @CommandHandler(Rename, { scope: Scope.REQUEST })
    class RenameHandler implements ICommandHandler<Rename> {
      constructor(
        @InjectAggregateRepository(Todo) private readonly todos: AggregateRepository<Todo>,
        @Inject(REQUEST) private readonly context: unknown,
      ) {}
      async execute({ id }: Rename): Promise<void> {
        contexts.push(this.context);
        await this.todos.save(Todo.create(id, 'x'));
      }
    }
    module = await start([RenameHandler]);
    const context = new AsyncContext();
    await module.get(CommandBus).execute(new Rename('1'), context);
    expect(contexts).toEqual([context]);
    const [event] = await collectAll(module.get(EventStore));
    expect(event!.metadata['causationId']).toEqual(expect.any(String));
  });

  it('does not mix commands that run at the same time', async () => {
    module = await start([]);
    const store = module.get(EventStore);
    const ids = Array.from({ length: 20 }, (_, n) => `${n}`);
    for (const id of ids) await store.append({ aggregate: Todo, id }, [new TodoCreated('x')]);
    await Promise.all(ids.map((id) => module.get(CommandBus).execute(new ChangeLabel(id, 'y', `c${id}`))));
    for await (const event of store.readAll({ types: [TodoLabelChanged] })) {
      expect(event.metadata['causationId']).toBe(`c${event.aggregateId}`);
    }
  });
});
