import { Controller, Get, type INestApplication } from '@nestjs/common';
import { HealthCheckService, TerminusModule, type HealthCheckResult } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  EventSourcingModule,
  EventsHandler,
  EventStore,
  Projection,
  ProjectionHealthIndicator,
  ProjectionManager,
} from 'nestevents';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import type { Server } from 'node:http';
import { DataSource } from 'typeorm';
import { Todo, TodoCreated } from '../fixtures/todo.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

@Projection('todo-list', { retry: { attempts: 1 } })
@EventsHandler(TodoCreated)
class TodoList {
  handle({ label }: TodoCreated): void {
    if (label === 'poison') throw new Error('cannot be');
  }
}

@Controller('health')
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly projections: ProjectionHealthIndicator,
  ) {}

  @Get('live')
  async live(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.projections.isHealthy('projections', { maxLagSeconds: 0.2, timeout: 1_000 }),
    ]);
  }

  @Get('strict')
  async strict(): Promise<HealthCheckResult> {
    return this.health.check([() => this.projections.isHealthy('projections', { allowParked: false })]);
  }

  @Get('other')
  async other(): Promise<HealthCheckResult> {
    return this.health.check([() => this.projections.isHealthy('projections', { handlers: ['nobody'] })]);
  }
}

let database: TestDatabase;
let app: INestApplication<Server>;
let manager: ProjectionManager;

beforeEach(async () => {
  database = await createTestDatabase();
  const module = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot({ type: 'postgres', url: database.url, autoLoadEntities: true, poolSize: 3 }),
      EventSourcingModule.forRoot({ projections: { pollInterval: 50, leaseFor: 1_000 } }),
      EventSourcingModule.forFeature([Todo]),
      TerminusModule.forRoot({ logger: false }),
    ],
    providers: [TodoList],
    controllers: [HealthController],
  }).compile();
  app = module.createNestApplication<INestApplication<Server>>({ logger: false });
  await app.init();
  manager = app.get(ProjectionManager);
});

afterEach(async () => {
  await app.close();
  await database.drop();
});

const ask = async (path: string) => request(app.getHttpServer()).get(`/health/${path}`);

async function append(label: string): Promise<bigint> {
  const [event] = await app
    .get(EventStore)
    .append({ aggregate: Todo, id: crypto.randomUUID() }, [new TodoCreated(label)]);
  return event!.position;
}

it('a health check shows handlers that keep up', async () => {
  await manager.waitFor('todo-list', await append('milk'));
  const { status, body } = await ask('live');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    status: 'ok',
    details: {
      projections: {
        status: 'up',
        handlers: {
          'todo-list': { state: 'running', lag: { events: 0, seconds: 0 }, parked: 0, retrying: 0 },
        },
      },
    },
  });
});

it('a health check fails when a handler is too late', async () => {
  await manager.pause('todo-list');
  await append('milk');
  await sleep(300);
  const { status, body } = await ask('live');
  expect(status).toBe(503);
  expect(body.error.projections).toMatchObject({
    status: 'down',
    message: expect.stringMatching(
      /^todo-list is \d+ s behind \(1 events\); 0.2 s are allowed\. It is paused/,
    ),
    handlers: { 'todo-list': { state: 'paused', lag: { events: 1 } } },
  });
  await manager.resume('todo-list');
  await manager.waitFor('todo-list', 1n);
  expect((await ask('live')).status).toBe(200);
});

it('a health check shows parked events, and fails where it is told to', async () => {
  await manager.waitFor('todo-list', await append('poison'));
  const lenient = await ask('live');
  expect(lenient.status).toBe(200);
  expect(lenient.body.info.projections.handlers['todo-list']).toMatchObject({ parked: 1 });
  const strict = await ask('strict');
  expect(strict.status).toBe(503);
  expect(strict.body.error.projections).toMatchObject({ message: expect.stringMatching(/has 1 parked/) });
});

it('a health check fails for a handler that nobody knows', async () => {
  const { status, body } = await ask('other');
  expect(status).toBe(503);
  expect(body.error.projections.message).toMatch(/no projection or subscription "nobody"/);
});

it('a health check fails when the database is away', async () => {
  await app.get(DataSource).destroy();
  const { status, body } = await ask('live');
  expect(status).toBe(503);
  expect(body.error.projections).toEqual({
    status: 'down',
    message: expect.stringMatching(/^It cannot be found out how the durable handlers are doing: /),
  });
  await app.get(DataSource).initialize();
});

it('a health check does not wait for a database that does not answer', async () => {
  const source = app.get(DataSource);
  const runners = [];
  // Whoever wants a connection waits.
  for (let i = 0; i < 3; i += 1) {
    const runner = source.createQueryRunner();
    runners.push(runner);
    await runner.connect();
  }
  const start = Date.now();
  const { status, body } = await ask('live');
  expect(status).toBe(503);
  expect(Date.now() - start).toBeLessThan(3_000);
  expect(body.error.projections.message).toMatch(/did not answer within 1000 ms/);
  for (const runner of runners) await runner.release();
  expect((await ask('live')).status).toBe(200);
});
