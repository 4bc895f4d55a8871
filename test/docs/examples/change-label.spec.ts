import { Test, type TestingModule } from '@nestjs/testing';
import { AggregateRepository, CommandBus, EventStore, getAggregateRepositoryToken } from 'nestevents';
import { EventSourcingTestingModule } from 'nestevents/testing';
import { ChangeLabel, ChangeLabelHandler } from './change-label.js';
import { Todo } from './todo.aggregate.js';
import { TodoLabels } from './todo-labels.js';

describe('ChangeLabel', () => {
  let app: TestingModule;
  let todos: AggregateRepository<Todo>;

  beforeEach(async () => {
    app = await Test.createTestingModule({
      imports: [EventSourcingTestingModule.forRoot(), EventSourcingTestingModule.forFeature([Todo])],
      providers: [ChangeLabelHandler, TodoLabels],
    }).compile();
    await app.init();
    todos = app.get(getAggregateRepositoryToken(Todo));
  });

  afterEach(async () => {
    await app.close();
  });

  it('changes the label', async () => {
    await todos.save(Todo.create('todo-1', 'milk'));
    await app.get(CommandBus).execute(new ChangeLabel('todo-1', 'bread'));

    expect(await todos.load('todo-1')).toMatchObject({ label: 'bread', version: 2 });
  });

  it('is seen by the handlers', async () => {
    const events = await todos.save(Todo.create('todo-1', 'milk'));
    await app.get(EventStore).whenHandled(events);

    expect(app.get(TodoLabels).current.get('todo-1')).toBe('milk');
  });
});
