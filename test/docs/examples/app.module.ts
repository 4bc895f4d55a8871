import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { eventSourcingMigrations, EventSourcingModule } from 'nestevents';
import { ChangeLabelHandler } from './change-label.js';
import { Todo } from './todo.aggregate.js';
import { TodoLabels } from './todo-labels.js';

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      autoLoadEntities: true,
      migrations: eventSourcingMigrations,
      migrationsRun: true,
    }),
    EventSourcingModule.forRoot(),
    EventSourcingModule.forFeature([Todo]),
  ],
  providers: [ChangeLabelHandler, TodoLabels],
})
export class AppModule {}
