import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventSourcingModule } from 'nestevents';
import { Todo } from './todo.aggregate.js';
import { TodoList, TodoRow } from './todo-list.js';
import { TodosController } from './todos.controller.js';

@Module({
  imports: [
    // `synchronize` keeps the example short; an application has migrations.
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      autoLoadEntities: true,
      synchronize: true,
    }),
    TypeOrmModule.forFeature([TodoRow]),
    EventSourcingModule.forRoot(),
    EventSourcingModule.forFeature([Todo]),
  ],
  providers: [TodoList],
  controllers: [TodosController],
})
export class TodoListModule {}
