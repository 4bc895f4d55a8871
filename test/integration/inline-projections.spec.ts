import { InjectRepository } from '@nestjs/typeorm';
import {
  EventsHandler,
  EventStore,
  Projection,
  SupersededProjectionError,
  type ImportedEvent,
} from 'nestevents';
import { randomUUID } from 'node:crypto';
import { Column, Entity, PrimaryColumn, Repository } from 'typeorm';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import { ProjectionApps, until } from '../fixtures/projection-app.js';
import { Todo, TodoCreated, TodoLabelChanged } from '../fixtures/todo.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

@Entity('inline_row')
class InlineRow {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  label!: string;

  @Column('int', { default: 0 })
  events!: number;
}

let fail: ((event: TodoCreated | TodoLabelChanged) => void) | undefined;

@Projection('inline-list', { mode: 'inline' })
@EventsHandler(TodoCreated, TodoLabelChanged)
class InlineList {
  constructor(@InjectRepository(InlineRow) private readonly rows: Repository<InlineRow>) {}

  async handle(event: TodoCreated | TodoLabelChanged): Promise<void> {
    await this.rows.upsert({ id: event.aggregateId, label: event.label }, ['id']);
    await this.rows.increment({ id: event.aggregateId }, 'events', 1);
    fail?.(event);
  }

  async reset(): Promise<void> {
    await this.rows.createQueryBuilder().delete().execute();
  }
}

@Projection('inline-list', { mode: 'inline', version: 2 })
@EventsHandler(TodoCreated, TodoLabelChanged)
class SecondVersion extends InlineList {
  constructor(@InjectRepository(InlineRow) rows: Repository<InlineRow>) {
    super(rows);
  }
}

let database: TestDatabase;
let apps: ProjectionApps;

beforeEach(async () => {
  database = await createTestDatabase();
  apps = new ProjectionApps(database, [InlineRow]);
  await apps.createTables();
});

afterEach(async () => {
  fail = undefined;
  await apps.closeAll();
  await database.drop();
});

describe('an inline projection', () => {
  it('has seen what a save has stored', async () => {
    const app = await apps.start([InlineList]);
    const rows = app.dataSource.getRepository(InlineRow);
    const id = randomUUID();
    const position = await app.create('milk', id);
    expect(await rows.findOneBy({ id })).toEqual({ id, label: 'milk', events: 1 });
    await app.change(id, 'bread');
    expect(await rows.findOneBy({ id })).toEqual({ id, label: 'bread', events: 2 });
    await app.manager.waitFor('inline-list', position, { timeout: 0 });
    expect(await app.manager.status('inline-list')).toMatchObject({ state: 'running', lag: { events: 0 } });
  });

  it('fails the save with its own error, and nothing is stored', async () => {
    const app = await apps.start([InlineList]);
    const rows = app.dataSource.getRepository(InlineRow);
    const refused = new Error('not that one');
    fail = ({ label }) => {
      if (label === 'bad') throw refused;
    };
    const id = randomUUID();
    const todo = Todo.create(id, 'bad');
    await expect(app.todos.save(todo)).rejects.toBe(refused);
    expect(await app.todos.exists(id)).toBe(false);
    expect(await rows.count()).toBe(0);
    // The same aggregate can be saved when what was wrong is gone.
    fail = undefined;
    await app.todos.save(todo);
    expect(await rows.findOneBy({ id })).toMatchObject({ events: 1 });
  });

  it("takes part in a caller's transaction, and goes with it", async () => {
    const app = await apps.start([InlineList]);
    const rows = app.dataSource.getRepository(InlineRow);
    const [kept, lost] = [randomUUID(), randomUUID()];
    await app.dataSource.transaction(async (manager) => {
      await app.create('kept', kept, manager);
      expect(await manager.getRepository(InlineRow).countBy({ id: kept })).toBe(1);
      expect(await rows.countBy({ id: kept })).toBe(0);
      // Two at once in one transaction take turns.
      await Promise.all([app.create('a', randomUUID(), manager), app.create('b', randomUUID(), manager)]);
      fail = ({ label }) => {
        if (label === 'lost') throw new Error('refused');
      };
      await expect(app.create('lost', lost, manager)).rejects.toThrow('refused');
      fail = undefined;
      // Only its part is gone.
      await app.create('after', randomUUID(), manager);
    });
    expect(await app.todos.exists(lost)).toBe(false);
    expect((await rows.find()).map(({ label }) => label).sort()).toEqual(['a', 'after', 'b', 'kept']);
    await expect(
      app.dataSource.transaction(async (manager) => {
        await app.create('rolled back', lost, manager);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await rows.countBy({ id: lost })).toBe(0);
  });

  it('makes up for what was stored before it was there, while appends go on', async () => {
    const before = await apps.start([]);
    for (let i = 0; i < 30; i += 1) await before.create(`before ${i}`);
    const app = await apps.start([InlineList]);
    const rows = app.dataSource.getRepository(InlineRow);
    const writing = new AbortController();
    const writers = Array.from({ length: 4 }, async () => {
      while (!writing.signal.aborted) await app.create('meanwhile');
    });
    await until(async () => (await app.manager.status('inline-list')).state === 'running');
    writing.abort();
    await Promise.all(writers);
    const [{ count }] = await app.dataSource.query<[{ count: number }]>(
      'select count(*)::int from event_journal',
    );
    expect(await rows.count()).toBe(count);
    expect(await rows.countBy({ events: 1 })).toBe(count);
  });

  it('is rebuilt while appends go on', async () => {
    const app = await apps.start([InlineList]);
    const rows = app.dataSource.getRepository(InlineRow);
    for (let i = 0; i < 20; i += 1) await app.create(`todo ${i}`);
    await rows.createQueryBuilder().delete().execute();
    const writing = new AbortController();
    const writers = Array.from({ length: 4 }, async () => {
      while (!writing.signal.aborted) await app.create('meanwhile');
    });
    await app.manager.rebuild('inline-list');
    writing.abort();
    await Promise.all(writers);
    const [{ count }] = await app.dataSource.query<[{ count: number }]>(
      'select count(*)::int from event_journal',
    );
    expect(await rows.countBy({ events: 1 })).toBe(count);
    expect(await rows.count()).toBe(count);
  });

  it('has its effect once when the answer to a commit is lost and the save is made again', async () => {
    const app = await apps.start([InlineList]);
    const rows = app.dataSource.getRepository(InlineRow);
    const id = randomUUID();
    const todo = Todo.create(id, 'once');
    const { commitTransaction } = PostgresQueryRunner.prototype;
    let lost = 0;
    PostgresQueryRunner.prototype.commitTransaction = async function (this: PostgresQueryRunner) {
      await commitTransaction.call(this);
      if (lost > 0 || !(await app.todos.exists(id))) return;
      lost += 1;
      throw new Error('the connection was lost');
    };
    try {
      await expect(app.todos.save(todo)).rejects.toThrow('the connection was lost');
    } finally {
      PostgresQueryRunner.prototype.commitTransaction = commitTransaction;
    }
    expect(lost).toBe(1);
    expect(await rows.findOneBy({ id })).toEqual({ id, label: 'once', events: 1 });
    const [stored] = await app.todos.save(todo);
    expect(stored).toMatchObject({ aggregateVersion: 1 });
    expect(await rows.findOneBy({ id })).toEqual({ id, label: 'once', events: 1 });
    await app.change(id, 'twice');
    expect(await rows.findOneBy({ id })).toEqual({ id, label: 'twice', events: 2 });
  });

  it('refuses what an older version would append once a newer one has taken over', async () => {
    const older = await apps.start([InlineList]);
    await older.create('before');
    const newer = await apps.start([SecondVersion]);
    await until(async () => {
      const { version, state } = await newer.manager.status('inline-list');
      return version === 2 && state === 'running';
    });
    const id = randomUUID();
    await expect(older.create('missing', id)).rejects.toThrow(SupersededProjectionError);
    await expect(older.create('missing', id)).rejects.toMatchObject({ version: 1, newer: 2 });
    expect(await newer.todos.exists(id)).toBe(false);
    await newer.create('after');
    const rows = await newer.dataSource.getRepository(InlineRow).find();
    expect(rows.map(({ label, events }) => `${label} ${events}`).sort()).toEqual(['after 1', 'before 1']);
  });

  it('cannot be paused', async () => {
    const app = await apps.start([InlineList]);
    await expect(app.manager.pause('inline-list')).rejects.toThrow(
      /inline-list is inline and cannot be paused.*asynchronous/,
    );
    const id = randomUUID();
    await app.create('still there', id);
    expect(await app.dataSource.getRepository(InlineRow).countBy({ id })).toBe(1);
  });
});

describe('an inline projection and an import', () => {
  const imported = (labels: readonly string[], ids: readonly string[]): ImportedEvent[] =>
    labels.map((label, index) => ({
      stream: { aggregate: Todo, id: ids[index % ids.length]! },
      event: new TodoLabelChanged(label),
      createdAt: new Date(Date.UTC(2001, 0, 1 + index)),
    }));

  it('are stored together, batch by batch', async () => {
    const app = await apps.start([InlineList]);
    const rows = app.dataSource.getRepository(InlineRow);
    const ids = [randomUUID(), randomUUID()];
    const dates: number[] = [];
    fail = ({ createdAt }) => void dates.push(createdAt.getUTCFullYear());
    const labels = Array.from({ length: 25 }, (_, n) => `${n}`);
    const store = app.module.get(EventStore);
    await store.import('history', imported(labels, ids), { batchSize: 10 });
    expect(dates).toEqual(labels.map(() => 2001));
    expect(await rows.findOneBy({ id: ids[0]! })).toMatchObject({ label: '24', events: 13 });
    expect(await rows.findOneBy({ id: ids[1]! })).toMatchObject({ label: '23', events: 12 });

    const refused = new Error('not that one');
    fail = ({ label }) => {
      if (label === 'bad') throw refused;
    };
    const more = imported([...labels, 'a', 'b', 'c', 'bad'], ids);
    await expect(store.import('history', more, { batchSize: 2 })).rejects.toBe(refused);
    expect(await store.version({ aggregate: Todo, id: ids[1]! })).toBe(13);
    expect(await rows.findOneBy({ id: ids[1]! })).toMatchObject({ label: 'a', events: 13 });
    fail = undefined;
    expect(await store.import('history', more)).toMatchObject({ done: 29, stored: 2 });
    expect(await rows.findOneBy({ id: ids[0]! })).toMatchObject({ label: 'bad', events: 15 });
  });
});
