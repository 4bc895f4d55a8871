import {
  AggregateRepository,
  CommandHandler,
  InjectAggregateRepository,
  type ICommandHandler,
} from 'nestevents';
import { Written } from '../http/written.js';
import { AnsweredRequests } from '../idempotency/answered-requests.js';
import { IdempotentCommand } from '../idempotency/idempotent-command.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { Todo } from './todo.aggregate.js';
import { TodoDto } from './todo.dto.js';

export class CreateTodo extends IdempotentCommand<TodoDto> {
  constructor(
    readonly id: string,
    readonly label: string,
    readonly request?: IdempotentRequest,
  ) {
    super();
  }
}

@CommandHandler(CreateTodo)
export class CreateTodoHandler implements ICommandHandler<CreateTodo> {
  constructor(
    @InjectAggregateRepository(Todo) private readonly todos: AggregateRepository<Todo>,
    private readonly answered: AnsweredRequests,
  ) {}

  async execute({ id, label, request }: CreateTodo): Promise<Written<TodoDto>> {
    const todo = Todo.create(id, label);
    return this.answered.store(request, async (options) => {
      const events = await this.todos.save(todo, options);
      return Written.by(events, TodoDto.of(todo));
    });
  }
}
