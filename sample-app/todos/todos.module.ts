import { Module } from '@nestjs/common';
import { EventSourcingModule } from 'nestevents';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { ChangeLabelHandler } from './change-label.handler.js';
import { CreateTodoHandler } from './create-todo.handler.js';
import { Todo } from './todo.aggregate.js';
import { TodosController } from './todos.controller.js';

@Module({
  imports: [EventSourcingModule.forFeature([Todo]), IdempotencyModule],
  controllers: [TodosController],
  providers: [CreateTodoHandler, ChangeLabelHandler],
})
export class TodosModule {}
