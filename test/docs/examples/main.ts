import { NestFactory } from '@nestjs/core';
import { AggregateRepository, CommandBus, EventStore, getAggregateRepositoryToken } from 'nestevents';
import { AppModule } from './app.module.js';
import { ChangeLabel } from './change-label.js';
import { Todo } from './todo.aggregate.js';
import { TodoLabels } from './todo-labels.js';

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
const todos = app.get<AggregateRepository<Todo>>(getAggregateRepositoryToken(Todo));

const created = await todos.save(Todo.create('todo-1', 'buy milk'));
await app.get(EventStore).whenHandled(created);
console.log(app.get(TodoLabels).current.get('todo-1')); // buy milk

await app.get(CommandBus).execute(new ChangeLabel('todo-1', 'buy bread'));
for (const event of await todos.history('todo-1')) {
  console.log(event.aggregateVersion, event.eventType, JSON.stringify(event.metadata));
}
await app.close();
