import { InjectRepository } from '@nestjs/typeorm';
import { EventsHandler, Projection } from 'nestevents';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Column, Entity, PrimaryColumn, Repository } from 'typeorm';
import { ProjectionApps, until } from '../fixtures/projection-app.js';
import { TodoCreated, TodoLabelChanged } from '../fixtures/todo.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

@Entity('list_row')
class ListRow {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  label!: string;

  @Column('int', { default: 0 })
  events!: number;
}

type TodoEvent = TodoCreated | TodoLabelChanged;

let slowness = 0;

class List {
  constructor(@InjectRepository(ListRow) readonly rows: Repository<ListRow>) {}

  async handle(event: TodoEvent): Promise<void> {
    if (slowness > 0) await sleep(slowness);
    if (event instanceof TodoCreated) await this.rows.insert({ id: event.aggregateId, label: event.label });
    else await this.rows.update({ id: event.aggregateId }, { label: event.label });
    await this.rows.increment({ id: event.aggregateId }, 'events', 1);
  }
}

@Projection('list', { tables: [ListRow], batchSize: 10 })
@EventsHandler(TodoCreated, TodoLabelChanged)
class ListBeside extends List {
  constructor(@InjectRepository(ListRow) rows: Repository<ListRow>) {
    super(rows);
  }
}

@Projection('list', { tables: [ListRow], version: 2, batchSize: 10 })
@EventsHandler(TodoCreated, TodoLabelChanged)
class SecondVersion extends List {
  constructor(@InjectRepository(ListRow) rows: Repository<ListRow>) {
    super(rows);
  }

  override async handle(event: TodoEvent): Promise<void> {
    await super.handle(event);
    await this.rows.update({ id: event.aggregateId }, { label: `second: ${event.label}` });
  }
}

@Projection('list', { partitions: 3, batchSize: 5 })
@EventsHandler(TodoCreated, TodoLabelChanged)
class Divided extends List {
  constructor(@InjectRepository(ListRow) rows: Repository<ListRow>) {
    super(rows);
  }

  async reset(): Promise<void> {
    await this.rows.createQueryBuilder().delete().execute();
  }
}

@Projection('list', { partitions: 5, batchSize: 5 })
@EventsHandler(TodoCreated, TodoLabelChanged)
class DividedAnew extends List {
  constructor(@InjectRepository(ListRow) rows: Repository<ListRow>) {
    super(rows);
  }
}

let database: TestDatabase;
let apps: ProjectionApps;

beforeEach(async () => {
  database = await createTestDatabase();
  apps = new ProjectionApps(database, [ListRow]);
  await apps.createTables();
});

afterEach(async () => {
  slowness = 0;
  await apps.closeAll();
  await database.drop();
});

describe('a rebuild side by side', () => {
  it('serves the old rows until it has caught up, also while events come in', async () => {
    const app = await apps.start([ListBeside]);
    const rows = app.dataSource.getRepository(ListRow);
    let position = 0n;
    const ids = Array.from({ length: 60 }, () => randomUUID());
    for (const id of ids) position = await app.create('todo', id);
    await app.manager.waitFor('list', position);
    await rows.update({ id: ids[0] }, { label: 'spoilt', events: 99 });

    slowness = 5;
    const rebuilding = app.manager.rebuild('list');
    await until(async () => (await app.manager.status('list')).rebuild !== null);
    const seen: number[] = [];
    const writing = new AbortController();
    const writer = (async () => {
      while (!writing.signal.aborted) {
        position = await app.create('meanwhile');
        seen.push(await rows.count());
        await sleep(20);
      }
    })();
    await until(async () => ((await app.manager.status('list')).rebuild?.done ?? 0) > 20);
    expect(await rows.findOneBy({ id: ids[0] })).toMatchObject({ label: 'spoilt' });
    expect((await app.manager.status('list')).rebuild).toMatchObject({ total: 60, besideTheOld: true });
    slowness = 0;
    await rebuilding;
    writing.abort();
    await writer;
    await app.manager.waitFor('list', position);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(60);
    expect(await rows.findOneBy({ id: ids[0] })).toEqual({ id: ids[0], label: 'todo', events: 1 });
    const [{ count }] = await app.dataSource.query<[{ count: number }]>(
      'select count(*)::int from event_journal',
    );
    expect(await rows.countBy({ events: 1 })).toBe(count);
    const [shadow] = await app.dataSource.query<[{ table: string | null }]>(
      `select to_regclass('list_row__rebuild')::text as table`,
    );
    expect(shadow.table).toBeNull();
  });

  it('goes on in another instance when the first is gone', async () => {
    const first = await apps.start([ListBeside]);
    let position = 0n;
    for (let i = 0; i < 40; i += 1) position = await first.create(`todo ${i}`);
    await first.manager.waitFor('list', position);
    slowness = 10;
    void first.manager.rebuild('list').catch(() => undefined);
    await until(async () => ((await first.manager.status('list')).rebuild?.done ?? 0) > 5);
    await apps.close(first);
    const second = await apps.start([ListBeside]);
    expect((await second.manager.status('list')).rebuild?.done).toBeGreaterThan(5);
    slowness = 0;
    await until(async () => (await second.manager.status('list')).rebuild === null);
    expect(await second.dataSource.getRepository(ListRow).countBy({ events: 1 })).toBe(40);
  });

  it('can be given up, and the old rows stay', async () => {
    const app = await apps.start([ListBeside]);
    const position = await app.create('todo');
    await app.manager.waitFor('list', position);
    await app.manager.pause('list');
    const rebuilding = app.manager.rebuild('list');
    await until(async () => (await app.manager.status('list')).rebuild !== null);
    expect(await app.manager.cancelRebuild('list')).toBe(true);
    await rebuilding;
    expect(await app.manager.cancelRebuild('list')).toBe(false);
    await app.manager.resume('list');
    expect(await app.dataSource.getRepository(ListRow).countBy({ events: 1 })).toBe(1);
  });

  it('follows a higher version, while older instances go on serving', async () => {
    const older = await apps.start([ListBeside]);
    const id = randomUUID();
    await older.manager.waitFor('list', await older.create('todo', id));
    const newer = await apps.start([SecondVersion]);
    const rows = newer.dataSource.getRepository(ListRow);
    await until(async () => (await newer.manager.status('list')).version === 2);
    expect(await rows.findOneBy({ id })).toEqual({ id, label: 'second: todo', events: 1 });
    // The older one stands by from now on.
    const position = await older.create('later');
    await newer.manager.waitFor('list', position);
    await sleep(1_200);
    expect(await rows.countBy({ events: 1, label: 'second: later' })).toBe(1);
    expect((await newer.manager.status('list')).state).toBe('running');
  });
});

describe('partitions', () => {
  it('divide the aggregates, and can be divided anew without a loss or a double', async () => {
    const app = await apps.start([Divided]);
    slowness = 3;
    const ids = Array.from({ length: 30 }, () => randomUUID());
    for (const id of ids) await app.create('todo', id);
    for (const id of ids) await app.change(id, 'changed');
    await until(async () => (await app.manager.status('list')).handled > 20);
    expect((await app.manager.status('list')).partitions).toHaveLength(3);
    await apps.close(app);
    slowness = 0;
    const after = await apps.start([DividedAnew]);
    const position = await after.create('last');
    await after.manager.waitFor('list', position);
    expect((await after.manager.status('list')).partitions).toHaveLength(5);
    const rows = after.dataSource.getRepository(ListRow);
    expect(await rows.countBy({ label: 'changed', events: 2 })).toBe(30);
    expect(await rows.count()).toBe(31);
  });
});
