import type { Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  AggregateRepository,
  CommandBus,
  CommandHandler,
  type DomainEvent,
  EventSourcingModule,
  EventsHandler,
  EventStore,
  InjectAggregateRepository,
  Projection,
  ProjectionManager,
  Subscription,
  type ICommandHandler,
} from 'nestevents';
import { inRequest, InstalledTelemetry } from '../fixtures/opentelemetry.js';
import { Todo, TodoCreated } from '../fixtures/todo.js';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

class CreateTodo {
  constructor(
    readonly id: string,
    readonly label: string,
  ) {}
}

@CommandHandler(CreateTodo)
class CreateTodoHandler implements ICommandHandler<CreateTodo> {
  constructor(@InjectAggregateRepository(Todo) private readonly todos: AggregateRepository<Todo>) {}

  async execute({ id, label }: CreateTodo): Promise<void> {
    await this.todos.save(Todo.create(id, label));
  }
}

@Projection('todo-list')
@EventsHandler(TodoCreated)
class TodoList {
  handle(): void {
    // Its spans tell all.
  }
}

@Subscription('todo-notices', { from: 'beginning' })
@EventsHandler(TodoCreated)
class TodoNotices {
  handle(): void {
    // Its spans tell all.
  }
}

let database: TestDatabase;
let telemetry: InstalledTelemetry;
const apps: TestingModule[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  telemetry = new InstalledTelemetry();
});

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  await telemetry.remove();
  await assertNoConnectionsLeft(database);
  await database.drop();
});

async function start(enabled: boolean, ...providers: Type[]): Promise<TestingModule> {
  const app = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot({ type: 'postgres', url: database.url, autoLoadEntities: true, poolSize: 4 }),
      EventSourcingModule.forRoot({ projections: { enabled, pollInterval: 100, leaseFor: 1_000 } }),
      EventSourcingModule.forFeature([Todo]),
    ],
    providers,
  }).compile();
  apps.push(app);
  return app.init();
}

async function firstOf(app: TestingModule, id: string): Promise<DomainEvent> {
  for await (const event of app.get(EventStore).read({ aggregate: Todo, id })) return event;
  throw new Error(`There are no events of ${id}`);
}

it('the trace of a request goes through the command and the append to handlers in another instance', async () => {
  const web = await start(false, CreateTodoHandler);
  const worker = await start(true, TodoList, TodoNotices);
  const manager = worker.get(ProjectionManager);
  const { traceId } = await inRequest(async () => web.get(CommandBus).execute(new CreateTodo('t1', 'milk')));
  const event = await firstOf(web, 't1');
  await manager.waitFor('todo-notices', event.position);
  await manager.waitFor('todo-list', event.position);
  const [appended] = telemetry.spans('append todo');
  expect(appended!.spanContext().traceId).toBe(traceId);
  expect(event.metadata).toMatchObject({
    traceparent: `00-${traceId}-${appended!.spanContext().spanId}-01`,
    correlationId: expect.any(String),
  });
  for (const handler of ['todo-list', 'todo-notices']) {
    const [handled] = telemetry.spans(`handle ${handler}`);
    expect(handled!.spanContext().traceId).toBe(traceId);
    expect(handled!.parentSpanContext).toMatchObject({ spanId: appended!.spanContext().spanId });
  }
});

it('a batch of a projection is linked to the traces of its events', async () => {
  const web = await start(false, CreateTodoHandler);
  const requests = [];
  for (const id of ['t1', 't2', 't3']) {
    requests.push(await inRequest(async () => web.get(CommandBus).execute(new CreateTodo(id, 'milk'))));
  }
  const worker = await start(true, TodoList, TodoNotices);
  const last = await firstOf(web, 't3');
  await worker.get(ProjectionManager).waitFor('todo-list', last.position);
  await worker.get(ProjectionManager).waitFor('todo-notices', last.position);
  const traces = requests.map(({ traceId }) => traceId);
  const [batch, ...others] = telemetry.spans('handle todo-list');
  expect(others).toEqual([]);
  expect(batch!.links.map(({ context }) => context.traceId)).toEqual(traces);
  expect(traces).not.toContain(batch!.spanContext().traceId);
  // One by one, each in its own.
  expect(telemetry.spans('handle todo-notices').map((span) => span.spanContext().traceId)).toEqual(traces);
  expect(await telemetry.metric('nestevents.handler.lag.events')).toMatchObject([{ value: 0 }, { value: 0 }]);
  // Whoever has gone is not asked any more: that would fail.
  for (const app of apps.splice(0)) await app.close();
  await expect(telemetry.metric('nestevents.handler.parked')).resolves.toHaveLength(2);
});
