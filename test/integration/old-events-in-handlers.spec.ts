import { Injectable, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  Aggregate,
  AggregateRoot,
  Apply,
  DomainEvent,
  EventSourcingModule,
  EventsHandler,
  EventStore,
  EventType,
  Projection,
  ProjectionManager,
  Upcast,
  type AggregateClass,
} from 'nestevents';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { Note, NoteTaken } from '../fixtures/note.js';
import { until } from '../fixtures/projection-app.js';
import { writeSchemas } from '../fixtures/schemas.js';
import { Todo, TodoCreated, TodoLabelChanged } from '../fixtures/todo.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

@EventType('todo_created')
class FirstTodoCreated extends DomainEvent.of<{ text: string }>() {}

@Aggregate({ name: 'todo' })
class FirstTodo extends AggregateRoot {
  @Apply(FirstTodoCreated)
  protected onCreated(): void {
    // Only what it stored matters.
  }
}

@Injectable()
class TodoUpcasts {
  @Upcast(TodoCreated, { from: 1 })
  label({ text }: { text: string }): { label: string } {
    return { label: `once ${text}` };
  }
}

const seen: { handler: string; type: string; label: string; version: number | null }[] = [];
const note =
  (handler: string) =>
  (event: TodoCreated): void => {
    const { constructor, label, eventVersion: version } = event;
    seen.push({ handler, type: constructor.name, label, version });
  };

@Projection('labels', { retry: { attempts: 1 } })
@EventsHandler(TodoCreated, TodoLabelChanged)
class Labels {
  readonly handle = note('labels');
}

@Projection('everything')
@EventsHandler(DomainEvent)
class Everything {
  readonly handle = note('everything');
}

let database: TestDatabase;
let directory: string;
const open: TestingModule[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'nestevents-old-'));
  seen.length = 0;
});

afterEach(async () => {
  for (const module of open.splice(0)) await module.close();
  await rm(directory, { recursive: true });
  await database.drop();
});

async function deploy(aggregates: AggregateClass[], providers: Type[] = []): Promise<TestingModule> {
  const module = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot({ type: 'postgres', url: database.url, autoLoadEntities: true, poolSize: 5 }),
      EventSourcingModule.forRoot({ schemas: { directory }, projections: { pollInterval: 100 } }),
      EventSourcingModule.forFeature(aggregates),
    ],
    providers,
  }).compile();
  open.push(module);
  return module.init();
}

/** A journal with events of the first version, and with events that later deployments know nothing of. */
async function earlierDeployment(): Promise<void> {
  await writeSchemas(directory, {
    'todo/v1_todo_created.json': { text: 'string' },
    'note/v1_note_taken.json': { content: 'string' },
  });
  const store = (await deploy([FirstTodo, Note])).get(EventStore);
  await store.append({ aggregate: Note, id: '1' }, [new NoteTaken('before')]);
  await store.append({ aggregate: FirstTodo, id: '1' }, [new FirstTodoCreated({ text: 'milk' })]);
  await store.append({ aggregate: Note, id: '2' }, [new NoteTaken('after')]);
  await open.pop()!.close();
  await rm(join(directory, 'note'), { recursive: true });
  await writeSchemas(directory, {
    'todo/v2_todo_created.json': { label: 'string' },
    'todo/v1_todo_label_changed.json': { label: 'string' },
  });
}

it('a durable handler gets old events as the newest version, and is not disturbed by what nobody knows', async () => {
  await earlierDeployment();
  const module = await deploy([Todo], [Labels, Everything, TodoUpcasts]);
  const manager = module.get(ProjectionManager);
  const [, last] = await module
    .get(EventStore)
    .append({ aggregate: Todo, id: '2' }, [new TodoCreated('bread'), new TodoLabelChanged('tea')]);
  for (const handler of ['labels', 'everything']) {
    await manager.waitFor(handler, last!.position);
    expect(seen.filter((each) => each.handler === handler)).toEqual([
      { handler, type: 'TodoCreated', label: 'once milk', version: 1 },
      { handler, type: 'TodoCreated', label: 'bread', version: 2 },
      { handler, type: 'TodoLabelChanged', label: 'tea', version: 1 },
    ]);
    expect(await manager.status(handler)).toMatchObject({ handled: 3, parked: 0, retrying: 0 });
  }
});

it('an event that cannot be read is parked, with what comes after it, and others go on', async () => {
  await earlierDeployment();
  const module = await deploy([Todo], [Labels, TodoUpcasts]);
  const manager = module.get(ProjectionManager);
  const store = module.get(EventStore);
  const dataSource = module.get(DataSource);
  await dataSource.query(
    `insert into event_journal (aggregate_type, aggregate_id, aggregate_version, event_id, event_type, event_version,
       event_data, metadata)
     values ('todo', '3', 1, gen_random_uuid(), 'todo_created', 9, '{"label": "from the future"}', '{}')`,
  );
  const stream = { aggregate: Todo, id: '3' };
  await store.append(stream, [new TodoLabelChanged('behind it')], { expectedVersion: 1 });
  const [last] = await store.append({ aggregate: Todo, id: '4' }, [new TodoCreated('fine')]);
  await manager.waitFor('labels', last!.position);
  await until(async () => (await manager.parked('labels')).length === 1);
  expect(await manager.parked('labels')).toMatchObject([
    { aggregateId: '3', aggregateVersion: 1, error: expect.stringMatching(/version 9/) },
  ]);
  expect(seen.map(({ label }) => label)).toEqual(['once milk', 'fine']);
});
