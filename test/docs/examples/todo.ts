import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
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
  eventSourcingMigrations,
  EventSourcingModule,
  InjectAggregateRepository,
  type ICommandHandler,
  type IEventHandler,
} from 'nestevents';

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

class ChangeLabel extends Command<void> {
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

  async execute({ id, label }: ChangeLabel): Promise<void> {
    const todo = (await this.todos.find(id)) ?? Todo.create(id, 'something');
    todo.changeLabel(label);
    await this.todos.save(todo, { metadata: { user: 'ada' } });
  }
}

// An event handler sees each event once it is stored.
@EventsHandler(TodoCreated, TodoLabelChanged)
class TodoPrinter implements IEventHandler<TodoCreated | TodoLabelChanged> {
  handle(event: TodoCreated | TodoLabelChanged): void {
    console.log(`${event.eventType} ${event.aggregateId} v${event.aggregateVersion}: ${event.label}`);
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      autoLoadEntities: true,
      migrations: eventSourcingMigrations,
      migrationsRun: true,
    }),
    EventSourcingModule.forRoot({ schemas: { directory: 'avro' } }),
    EventSourcingModule.forFeature([Todo]),
  ],
  providers: [ChangeLabelHandler, TodoPrinter],
})
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
await app.get(CommandBus).execute(new ChangeLabel('todo-1', 'buy milk'));
await app.close();
