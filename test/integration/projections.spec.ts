import { Injectable, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import {
  AggregateRepository,
  EventSourcingModule,
  EventsHandler,
  getAggregateRepositoryToken,
  Projection,
  ProjectionManager,
  Subscription,
  type Delivery,
  type IEventHandler,
} from 'nestevents';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Column, DataSource, Entity, PrimaryColumn, Repository } from 'typeorm';
import { Todo, TodoCreated, TodoLabelChanged } from '../fixtures/todo.js';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

@Entity('todo_row')
class TodoRow {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  label!: string;

  @Column('int', { default: 0 })
  changes!: number;
}

/** A service that a projection calls, with a repository of its own. */
@Injectable()
class Counting {
  constructor(@InjectRepository(TodoRow) private readonly rows: Repository<TodoRow>) {}

  async count(id: string): Promise<void> {
    await this.rows.increment({ id }, 'changes', 1);
  }
}

type TodoEvent = TodoCreated | TodoLabelChanged;

let fail: ((event: TodoEvent) => void) | undefined;

@Projection('todo-list', { retry: { attempts: 3, delay: 10 } })
@EventsHandler(TodoCreated, TodoLabelChanged)
class TodoList implements IEventHandler<TodoEvent> {
  constructor(
    @InjectRepository(TodoRow) private readonly rows: Repository<TodoRow>,
    private readonly counting: Counting,
  ) {}

  async handle(event: TodoEvent): Promise<void> {
    if (event instanceof TodoCreated) await this.rows.insert({ id: event.aggregateId, label: event.label });
    else await this.rows.update({ id: event.aggregateId }, { label: event.label });
    await this.counting.count(event.aggregateId);
    fail?.(event);
  }

  async reset(): Promise<void> {
    await this.rows.createQueryBuilder().delete().execute();
  }
}

const noticed: { label: string; key: string; attempt: number }[] = [];

@Subscription('todo-notices', { from: 'beginning', concurrency: 4, retry: { attempts: 2, delay: 10 } })
@EventsHandler(TodoCreated)
class TodoNotices {
  async handle(event: TodoCreated, { idempotencyKey, attempt }: Delivery): Promise<void> {
    if (event.label === 'poison') throw new Error('no such address');
    noticed.push({ label: event.label, key: idempotencyKey, attempt });
  }
}

let database: TestDatabase;
const apps: TestingModule[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const source = await new DataSource({
    type: 'postgres',
    url: database.url,
    entities: [TodoRow],
    synchronize: true,
  }).initialize();
  await source.destroy();
});

afterEach(async () => {
  fail = undefined;
  for (const app of apps.splice(0)) await app.close();
  await assertNoConnectionsLeft(database);
});

afterAll(async () => {
  await database.drop();
});

async function start(providers: Type[] = [TodoList, TodoNotices, Counting]): Promise<TestingModule> {
  const app = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot({ type: 'postgres', url: database.url, autoLoadEntities: true, poolSize: 8 }),
      TypeOrmModule.forFeature([TodoRow]),
      EventSourcingModule.forRoot({ projections: { pollInterval: 200, leaseFor: 1_000 } }),
      EventSourcingModule.forFeature([Todo]),
    ],
    providers,
  }).compile();
  apps.push(app);
  return app.init();
}

const todosOf = (app: TestingModule): AggregateRepository<Todo> => app.get(getAggregateRepositoryToken(Todo));

async function create(app: TestingModule, label: string): Promise<{ id: string; position: bigint }> {
  const id = randomUUID();
  const events = await todosOf(app).save(Todo.create(id, label));
  return { id, position: events.at(-1)!.position };
}

async function change(app: TestingModule, id: string, label: string): Promise<bigint> {
  const todo = await todosOf(app).load(id);
  todo.changeLabel(label);
  return (await todosOf(app).save(todo)).at(-1)!.position;
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not come to pass');
    await sleep(20);
  }
}

describe('durable handlers', () => {
  it('follow the journal, and can be waited for', async () => {
    const app = await start();
    const manager = app.get(ProjectionManager);
    const rows = app.get(DataSource).getRepository(TodoRow);
    const { id, position } = await create(app, 'milk');
    await manager.waitFor('todo-list', position);
    expect(await rows.findOneBy({ id })).toEqual({ id, label: 'milk', changes: 1 });
    const later = await change(app, id, 'bread');
    await manager.waitFor('todo-list', later);
    expect(await rows.findOneBy({ id })).toEqual({ id, label: 'bread', changes: 2 });
    await manager.waitFor('todo-notices', later);
    expect(noticed.filter(({ label }) => label === 'milk')).toEqual([
      { label: 'milk', key: expect.stringMatching(/^todo-notices:/), attempt: 1 },
    ]);
    expect(await manager.status('todo-list')).toMatchObject({
      name: 'todo-list',
      kind: 'projection',
      state: 'running',
      position: later,
      lag: { events: 0, seconds: 0 },
      parked: 0,
      retrying: 0,
    });
  });

  it('park what keeps failing with what comes after it, and let others go on', async () => {
    const app = await start();
    const manager = app.get(ProjectionManager);
    const rows = app.get(DataSource).getRepository(TodoRow);
    fail = (event) => {
      if (event.label === 'poison') throw new Error('cannot be');
    };
    const bad = await create(app, 'poison');
    await change(app, bad.id, 'afterwards');
    const good = await create(app, 'fine');
    await manager.waitFor('todo-list', good.position);
    expect(await rows.findOneBy({ id: good.id })).toMatchObject({ label: 'fine' });
    await until(async () => (await manager.parked('todo-list')).length > 0);
    expect(await manager.parked('todo-list')).toEqual([
      expect.objectContaining({
        aggregateId: bad.id,
        eventType: 'todo_created',
        attempts: 3,
        error: 'cannot be',
        stack: expect.stringContaining('projections.spec'),
      }),
    ]);
    // Nothing of the failed tries is left.
    expect(await rows.findOneBy({ id: bad.id })).toBeNull();
    fail = undefined;
    expect(await manager.retry('todo-list')).toBe(1);
    await until(async () => (await manager.parked('todo-list')).length === 0);
    await until(async () => (await rows.findOneBy({ id: bad.id }))?.label === 'afterwards');
    expect(await rows.findOneBy({ id: bad.id })).toEqual({ id: bad.id, label: 'afterwards', changes: 2 });

    const [parked] = await manager.parked('todo-notices');
    expect(parked).toMatchObject({ aggregateId: bad.id, attempts: 2 });
    await expect(manager.skip('todo-notices', parked!.eventId, ' ')).rejects.toThrow(/no reason/);
    await manager.skip('todo-notices', parked!.eventId, 'the address is gone');
    await until(async () => (await manager.status('todo-notices')).parked === 0);
    expect(await manager.skipped('todo-notices')).toEqual([
      expect.objectContaining({ eventId: parked!.eventId, reason: 'the address is gone' }),
    ]);
  });

  it('build a read model anew', async () => {
    const app = await start();
    const manager = app.get(ProjectionManager);
    const rows = app.get(DataSource).getRepository(TodoRow);
    const { position } = await create(app, 'last');
    await manager.waitFor('todo-list', position);
    const before = await rows.find({ order: { id: 'ASC' } });
    await rows.createQueryBuilder().delete().execute();
    await manager.rebuild('todo-list');
    expect(await rows.find({ order: { id: 'ASC' } })).toEqual(before);
    expect((await manager.status('todo-list')).rebuild).toBeNull();
    await expect(manager.rebuild('todo-notices')).rejects.toThrow(/is a subscription/);
  });

  it('are worked off by one instance each, and handed over at once', async () => {
    const first = await start();
    const second = await start();
    const manager = second.get(ProjectionManager);
    await until(async () => {
      const owners = (await manager.status()).flatMap(({ partitions }) =>
        partitions.map(({ owner }) => owner),
      );
      return new Set(owners).size === 2 && !owners.includes(null);
    });
    apps.splice(apps.indexOf(first), 1);
    await first.close();
    const { position } = await create(second, 'handed over');
    await manager.waitFor('todo-list', position, { timeout: 3_000 });
    await manager.waitFor('todo-notices', position, { timeout: 3_000 });
    await until(async () => (await manager.status()).every(({ state }) => state === 'running'));
  });

  it('can be paused and resumed', async () => {
    const app = await start();
    const manager = app.get(ProjectionManager);
    await manager.pause('todo-list');
    const { position } = await create(app, 'while paused');
    await expect(manager.waitFor('todo-list', position, { timeout: 300 })).rejects.toThrow(
      /has not reached position/,
    );
    expect(await manager.status('todo-list')).toMatchObject({ state: 'paused', lag: { events: 1 } });
    await manager.resume('todo-list');
    await manager.waitFor('todo-list', position);
  });
});
