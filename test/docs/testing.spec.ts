import type { Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  AggregateRepository,
  EventsHandler,
  getAggregateRepositoryToken,
  Projection,
  ProjectionManager,
} from 'nestevents';
import { EventSourcingTestingModule } from 'nestevents/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { Todo } from './examples/todo.aggregate.js';
import { TodoCreated } from './examples/todo.events.js';

let fail = false;

class List {
  readonly labels: string[] = [];

  handle({ label }: TodoCreated): void {
    this.labels.push(label);
    if (fail) throw new Error('refused');
  }
}

@Projection('inline', { mode: 'inline' })
@EventsHandler(TodoCreated)
class Inline extends List {}

@Projection('retried', { retry: { attempts: 2, delay: 1 } })
@EventsHandler(TodoCreated)
class Retried extends List {}

@Projection('beside', { tables: [List] })
@EventsHandler(TodoCreated)
class Beside extends List {}

describe('what docs/testing.md says of durable handlers', () => {
  let app: TestingModule;
  let todos: AggregateRepository<Todo>;

  async function start(projection: Type): Promise<void> {
    app = await Test.createTestingModule({
      imports: [EventSourcingTestingModule.forRoot(), EventSourcingTestingModule.forFeature([Todo])],
      providers: [projection],
    }).compile();
    await app.init();
    todos = app.get(getAggregateRepositoryToken(Todo));
  }

  afterEach(async () => {
    fail = false;
    await app.close();
  });

  it('an inline one runs right after the append; when it fails, the events stay stored', async () => {
    await start(Inline);
    await todos.save(Todo.create('todo-1', 'milk'));
    expect(app.get(Inline).labels).toEqual(['milk']);
    fail = true;
    await expect(todos.save(Todo.create('todo-2', 'bread'))).rejects.toThrow('refused');
    expect(await todos.exists('todo-2')).toBe(true);
  });

  it('what a failed try has written stays', async () => {
    await start(Retried);
    fail = true;
    const events = await todos.save(Todo.create('todo-1', 'milk'));
    const manager = app.get(ProjectionManager);
    await manager.waitFor('retried', events[0]!.position);
    while ((await manager.status('retried')).parked === 0) await sleep(5);
    expect(app.get(Retried).labels.length).toBeGreaterThan(1);
  });

  it('a rebuild side by side writes to what the live one writes to', async () => {
    await start(Beside);
    const events = await todos.save(Todo.create('todo-1', 'milk'));
    const manager = app.get(ProjectionManager);
    await manager.waitFor('beside', events[0]!.position);
    await manager.rebuild('beside');
    expect(app.get(Beside).labels).toEqual(['milk', 'milk']);
  });
});
