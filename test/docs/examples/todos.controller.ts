import { BadRequestException, Body, Controller, Get, Post, Query } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { AggregateRepository, InjectAggregateRepository, ProjectionManager } from 'nestevents';
import { Repository } from 'typeorm';
import { Todo } from './todo.aggregate.js';
import { TodoRow } from './todo-list.js';

@Controller('todos')
export class TodosController {
  constructor(
    @InjectAggregateRepository(Todo) private readonly todos: AggregateRepository<Todo>,
    @InjectRepository(TodoRow) private readonly rows: Repository<TodoRow>,
    private readonly projections: ProjectionManager,
  ) {}

  @Post()
  async create(@Body('label') label: string): Promise<{ id: string; position: string }> {
    const id = randomUUID();
    const events = await this.todos.save(Todo.create(id, label));
    return { id, position: String(events.at(-1)!.position) };
  }

  @Get()
  async list(@Query('after') after?: string): Promise<TodoRow[]> {
    if (after !== undefined) {
      if (!/^\d{1,18}$/.test(after)) throw new BadRequestException('after is not a position');
      await this.projections.waitFor('todo-list', BigInt(after), { timeout: 2_000 });
    }
    return this.rows.find();
  }
}
