import {
  AggregateRepository,
  Command,
  CommandHandler,
  InjectAggregateRepository,
  type ICommandHandler,
} from 'nestevents';
import { Todo } from './todo.aggregate.js';

export class ChangeLabel extends Command<void> {
  constructor(
    readonly id: string,
    readonly label: string,
  ) {
    super();
  }
}

@CommandHandler(ChangeLabel)
export class ChangeLabelHandler implements ICommandHandler<ChangeLabel> {
  constructor(@InjectAggregateRepository(Todo) private readonly todos: AggregateRepository<Todo>) {}

  async execute({ id, label }: ChangeLabel): Promise<void> {
    const todo = await this.todos.load(id);
    todo.changeLabel(label);
    await this.todos.save(todo, { metadata: { user: 'ada' } });
  }
}
