import { Body, Controller, Get, HttpCode, Param, Post, type INestApplication } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import {
  AggregateRepository,
  EventSourcingExceptionFilter,
  EventsHandler,
  InjectAggregateRepository,
  Projection,
  ProjectionManager,
} from 'nestevents';
import { EventSourcingTestingModule } from 'nestevents/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import type { App } from 'supertest/types.js';
import { writeSchemas } from '../fixtures/schemas.js';
import { Todo, TodoCreated } from '../fixtures/todo.js';

@Controller('todos')
class TodosController {
  constructor(@InjectAggregateRepository(Todo) private readonly todos: AggregateRepository<Todo>) {}

  @Get(':id')
  async load(@Param('id') id: string): Promise<{ label: string }> {
    const { label } = await this.todos.load(id);
    return { label };
  }

  @Post(':id')
  @HttpCode(201)
  async create(@Param('id') id: string, @Body() body: { label: never }): Promise<void> {
    await this.todos.save(Todo.create(id, body.label));
  }

  @Get(':id/bug')
  bug(): void {
    Todo.create('1', 'x').commit();
  }
}

@Projection('labels')
@EventsHandler(TodoCreated)
class Labels {
  handle(): void {
    // What it does is of no interest here.
  }
}

@Controller('projections')
class ProjectionsController {
  constructor(private readonly projections: ProjectionManager) {}

  @Get(':name')
  async waitFor(@Param('name') name: string): Promise<void> {
    await this.projections.waitFor(name, 1_000n, { timeout: 20 });
  }
}

describe.each(['Express', 'Fastify'])('EventSourcingExceptionFilter on %s', (platform) => {
  let app: INestApplication<App>;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'nestevents-filter-'));
    await writeSchemas(directory, {
      'todo/v1_todo_created.json': { label: 'string' },
      'todo/v1_todo_label_changed.json': { label: 'string' },
    });
    const module = await Test.createTestingModule({
      imports: [
        EventSourcingTestingModule.forRoot({ schemas: { directory } }),
        EventSourcingTestingModule.forFeature([Todo]),
      ],
      controllers: [TodosController, ProjectionsController],
      providers: [Labels, { provide: APP_FILTER, useClass: EventSourcingExceptionFilter }],
    }).compile();
    if (platform === 'Fastify') {
      const fastify = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), {
        logger: false,
      });
      await fastify.init();
      await fastify.getHttpAdapter().getInstance().ready();
      app = fastify;
    } else {
      app = module.createNestApplication<INestApplication<App>>({ logger: false });
      await app.init();
    }
  });

  afterAll(async () => {
    await app.close();
    await rm(directory, { recursive: true });
  });

  const http = (): ReturnType<typeof request> => request(app.getHttpServer());

  it('answers 400 for an id that cannot be one', async () => {
    const { body } = (await http().get('/todos/a%00b').expect(400)) as { body: unknown };
    expect(body).toMatchObject({ statusCode: 400, error: 'Bad Request', code: 'INVALID_ARGUMENT' });
  });

  it('answers 404 for what does not exist', async () => {
    const { body } = (await http().get('/todos/none').expect(404)) as { body: unknown };
    expect(body).toMatchObject({ statusCode: 404, error: 'Not Found', code: 'AGGREGATE_NOT_FOUND' });
  });

  it('answers 409 for a conflict', async () => {
    await http().post('/todos/1').send({ label: 'a' }).expect(201);
    const { body } = (await http().post('/todos/1').send({ label: 'b' }).expect(409)) as { body: unknown };
    expect(body).toMatchObject({ statusCode: 409, error: 'Conflict', code: 'AGGREGATE_ALREADY_EXISTS' });
  });

  it('answers 422 for what breaks a schema, with the problems', async () => {
    const { body } = (await http().post('/todos/2').send({ label: 5 }).expect(422)) as { body: unknown };
    expect(body).toMatchObject({
      statusCode: 422,
      error: 'Unprocessable Entity',
      code: 'EVENT_SCHEMA',
      problems: [{ path: 'label', expected: 'string', got: 'number 5' }],
    });
  });

  it('answers 503 where a projection is not up to date in time, and 404 where there is none', async () => {
    const late = (await http().get('/projections/labels').expect(503)) as { body: unknown };
    expect(late.body).toMatchObject({
      statusCode: 503,
      error: 'Service Unavailable',
      code: 'PROJECTION_TIMEOUT',
      message: expect.stringContaining('labels has not reached position 1000 within 20 ms'),
    });
    const none = (await http().get('/projections/none').expect(404)) as { body: unknown };
    expect(none.body).toMatchObject({ statusCode: 404, error: 'Not Found', code: 'UNKNOWN_HANDLER' });
  });

  it('answers 500 for a fault of the program, and says nothing of it', async () => {
    const { body } = (await http().get('/todos/1/bug').expect(500)) as { body: unknown };
    expect(body).toEqual({
      statusCode: 500,
      error: 'Internal Server Error',
      message: 'Internal server error',
    });
  });

  it('leaves other errors to Nest', async () => {
    await http().get('/nowhere').expect(404);
  });
});
