import { NestFactory } from '@nestjs/core';
import { getRepositoryToken } from '@nestjs/typeorm';
import { AggregateRepository, getAggregateRepositoryToken, ProjectionManager } from 'nestevents';
import { Repository } from 'typeorm';
import { Todo } from './todo.aggregate.js';
import { TodoListModule } from './todo-list.module.js';
import { TodoRow } from './todo-list.js';

const app = await NestFactory.createApplicationContext(TodoListModule, { logger: ['warn', 'error'] });
const todos = app.get<AggregateRepository<Todo>>(getAggregateRepositoryToken(Todo));
const projections = app.get(ProjectionManager);

const todo = Todo.create('todo-1', 'buy milk');
todo.changeLabel('buy bread');
const events = await todos.save(todo);

await projections.waitFor('todo-list', events.at(-1)!.position);
console.log(await app.get<Repository<TodoRow>>(getRepositoryToken(TodoRow)).find());

const { state, lag, handled } = await projections.status('todo-list');
console.log(`${state}, ${lag.events} events behind, ${handled} handled`);
await app.close();
