import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import {
  Aggregate,
  AggregateRepository,
  AggregateRoot,
  Apply,
  Command,
  CommandBus,
  CommandHandler,
  DomainEvent,
  EventsHandler,
  EventSourcingModule,
  InjectAggregateRepository,
  Projection,
  ProjectionManager,
  type ICommandHandler,
  type IEventHandler,
} from 'nestevents';
import { Column, DataSource, Entity, PrimaryColumn, Repository } from 'typeorm';

// An event is a class; its own properties are its payload.
class TodoCreated extends DomainEvent {
  constructor(readonly label: string) {
    super();
  }
}
class TodoLabelChanged extends DomainEvent {
  constructor(readonly label: string) {
    super();
  }
}

// An aggregate decides, then folds what it decided.
@Aggregate()
class Todo extends AggregateRoot {
  label = '';

  static create(id: string, label: string): Todo {
    const todo = new Todo(id);
    todo.apply(new TodoCreated(label));
    return todo;
  }
  changeLabel(label: string): void {
    if (!label) throw new Error('a label cannot be empty');
    this.apply(new TodoLabelChanged(label));
  }
  @Apply(TodoCreated, TodoLabelChanged)
  protected onLabel(event: TodoCreated | TodoLabelChanged): void {
    this.label = event.label;
  }
}

class ChangeLabel extends Command<{ position: bigint }> {
  constructor(
    readonly id: string,
    readonly label: string,
  ) {
    super();
  }
}

// A command handler loads, calls, saves. The save is atomic, and refused if somebody else was faster.
@CommandHandler(ChangeLabel)
class ChangeLabelHandler implements ICommandHandler<ChangeLabel> {
  constructor(@InjectAggregateRepository(Todo) private readonly todos: AggregateRepository<Todo>) {}

  async execute({ id, label }: ChangeLabel): Promise<{ position: bigint }> {
    const todo = (await this.todos.find(id)) ?? Todo.create(id, 'something');
    todo.changeLabel(label);
    const events = await this.todos.save(todo, { metadata: { user: 'ada' } });
    return { position: events.at(-1)!.position };
  }
}

// A projection keeps a table: each event has its effect exactly once, whatever crashes.
@Entity('todo_row')
class TodoRow {
  @PrimaryColumn('text') id!: string;
  @Column('text') label!: string;
}

@Projection('todo-list')
@EventsHandler(TodoCreated, TodoLabelChanged)
class TodoListProjection implements IEventHandler<TodoCreated | TodoLabelChanged> {
  constructor(@InjectRepository(TodoRow) private readonly rows: Repository<TodoRow>) {}

  async handle(event: TodoCreated | TodoLabelChanged): Promise<void> {
    await this.rows.save({ id: event.aggregateId, label: event.label });
  }
}

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
    EventSourcingModule.forRoot({ schemas: { directory: 'avro' } }),
    EventSourcingModule.forFeature([Todo]),
  ],
  providers: [ChangeLabelHandler, TodoListProjection],
})
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
const { position } = await app.get(CommandBus).execute(new ChangeLabel('todo-1', 'buy milk'));
await app.get(ProjectionManager).waitFor('todo-list', position);
console.log(await app.get(DataSource).getRepository(TodoRow).find());
await app.close();
