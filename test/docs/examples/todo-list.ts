import { InjectRepository } from '@nestjs/typeorm';
import { EventsHandler, Projection, type IEventHandler } from 'nestevents';
import { Column, Entity, PrimaryColumn, Repository } from 'typeorm';
import { TodoCreated, TodoLabelChanged } from './todo.events.js';

@Entity('todo_row')
export class TodoRow {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  label!: string;

  @Column('int', { default: 0 })
  changes!: number;
}

@Projection('todo-list')
@EventsHandler(TodoCreated, TodoLabelChanged)
export class TodoList implements IEventHandler<TodoCreated | TodoLabelChanged> {
  constructor(@InjectRepository(TodoRow) private readonly rows: Repository<TodoRow>) {}

  async handle(event: TodoCreated | TodoLabelChanged): Promise<void> {
    await this.rows.save({ id: event.aggregateId, label: event.label });
    // It may count: each event has its effect once.
    await this.rows.increment({ id: event.aggregateId }, 'changes', 1);
  }

  async reset(): Promise<void> {
    await this.rows.deleteAll();
  }
}
