import { Test, type TestingModule } from '@nestjs/testing';
import { getRepositoryToken } from '@nestjs/typeorm';
import { AggregateRepository, getAggregateRepositoryToken, ProjectionManager } from 'nestevents';
import { EventSourcingTestingModule } from 'nestevents/testing';
import { Todo } from './todo.aggregate.js';
import { TodoList, TodoRow } from './todo-list.js';

/** As much of a repository as the projection uses. */
class TodoRows {
  readonly rows = new Map<string, TodoRow>();

  async save({ id, label }: TodoRow): Promise<void> {
    this.rows.set(id, { id, label, changes: this.rows.get(id)?.changes ?? 0 });
  }

  async increment({ id }: { id: string }, property: 'changes', by: number): Promise<void> {
    this.rows.get(id)![property] += by;
  }
}

describe('the list of todos', () => {
  let app: TestingModule;

  beforeEach(async () => {
    app = await Test.createTestingModule({
      imports: [EventSourcingTestingModule.forRoot(), EventSourcingTestingModule.forFeature([Todo])],
      providers: [TodoList, { provide: getRepositoryToken(TodoRow), useClass: TodoRows }],
    }).compile();
    await app.init();
  });

  afterEach(async () => {
    await app.close();
  });

  it('has the newest label', async () => {
    const todos = app.get<AggregateRepository<Todo>>(getAggregateRepositoryToken(Todo));
    const todo = Todo.create('todo-1', 'milk');
    todo.changeLabel('bread');
    const events = await todos.save(todo);

    await app.get(ProjectionManager).waitFor('todo-list', events.at(-1)!.position);
    const { rows } = app.get<TodoRows>(getRepositoryToken(TodoRow));
    expect(rows.get('todo-1')).toEqual({ id: 'todo-1', label: 'bread', changes: 2 });
  });
});
