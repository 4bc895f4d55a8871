import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AggregateRepository, CommandBus, InjectAggregateRepository } from 'nestevents';
import { v7 as uuidv7 } from 'uuid';
import { ApiProblem } from '../http/api-problem.decorator.js';
import { ParseIdPipe } from '../http/parse-id.pipe.js';
import { EVENT_POSITION_HEADER, Written } from '../http/written.js';
import { Idempotent, Repeatable } from '../idempotency/idempotent.decorator.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { ChangeLabel } from './change-label.handler.js';
import { CreateTodo } from './create-todo.handler.js';
import { Todo } from './todo.aggregate.js';
import { LabelDto, TodoDto } from './todo.dto.js';

@ApiTags('todos')
@Controller('todos')
export class TodosController {
  constructor(
    private readonly commands: CommandBus,
    @InjectAggregateRepository(Todo) private readonly todos: AggregateRepository<Todo>,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Creates a to-do' })
  @Idempotent()
  @ApiCreatedResponse({ type: TodoDto, headers: EVENT_POSITION_HEADER })
  @ApiProblem(400, 'The label is missing, blank, too long or no well-formed text')
  async create(
    @Body() { label }: LabelDto,
    @Repeatable() request?: IdempotentRequest,
  ): Promise<Written<TodoDto>> {
    return this.commands.execute(new CreateTodo(uuidv7(), label, request));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes the label of a to-do' })
  @Idempotent()
  @ApiOkResponse({ type: TodoDto, headers: EVENT_POSITION_HEADER })
  @ApiProblem(400, 'The id is no UUID, or the label is missing, blank, too long or no well-formed text')
  @ApiProblem(404, 'There is no such to-do')
  @ApiProblem(409, 'Somebody else changed it at the same moment; load it and decide anew')
  async changeLabel(
    @Param('id', ParseIdPipe) id: string,
    @Body() { label }: LabelDto,
    @Repeatable() request?: IdempotentRequest,
  ): Promise<Written<TodoDto>> {
    return this.commands.execute(new ChangeLabel(id, label, request));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Shows a to-do' })
  @ApiOkResponse({ type: TodoDto })
  @ApiProblem(400, 'The id is no UUID')
  @ApiProblem(404, 'There is no such to-do')
  async show(@Param('id', ParseIdPipe) id: string): Promise<TodoDto> {
    return TodoDto.of(await this.todos.load(id));
  }
}
