import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConcurrencyError, EventSchemaError, EventStore, type DomainEvent } from 'nestevents';
import { DataSource } from 'typeorm';
import { DomainModel } from '../../src/domain/index.js';
import { SchemaRegistry } from '../../src/schema/index.js';
import { MessageContext } from '../../src/store/index.js';
import { TypeOrmJournal } from '../../src/typeorm/index.js';
import { writeSchemas } from '../fixtures/schemas.js';
import { Todo, TodoCreated, TodoLabelChanged } from '../fixtures/todo.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

const TYPES = ['todo_created', 'todo_label_changed'];

/** An instance of an application, which shares nothing with the others but the database. */
interface App {
  readonly dataSource: DataSource;
  readonly journal: TypeOrmJournal;
  readonly store: EventStore;
}

let database: TestDatabase;
let directory: string;
const apps: App[] = [];

// The first use of a version happens once in a database.
beforeEach(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'nestevents-first-use-'));
  await writeSchemas(
    directory,
    Object.fromEntries(TYPES.map((type) => [`todo/v1_${type}.json`, { label: 'string' }])),
  );
});

afterEach(async () => {
  for (const { dataSource } of apps.splice(0)) await dataSource.destroy();
  await database.drop();
  await rm(directory, { recursive: true });
});

async function start({ poolSize = 4, name = 'app', url = database.url } = {}): Promise<App> {
  const dataSource = await new DataSource({
    type: 'postgres',
    url,
    poolSize,
    applicationName: name,
  }).initialize();
  const journal = new TypeOrmJournal(dataSource);
  const model = new DomainModel();
  model.add(Todo);
  const contracts = TYPES.map((eventType) => ({ aggregateType: 'todo', eventType, eventClass: eventType }));
  const { registry: schemas, problems } = SchemaRegistry.load({ directory }, contracts);
  expect(problems).toEqual([]);
  const store = new EventStore({
    model,
    schemas,
    journal,
    publisher: { publish: async () => {} },
    context: new MessageContext(),
    options: { validateAlways: true, addSchemaVersionToEventData: false },
  });
  const app = { dataSource, journal, store };
  apps.push(app);
  return app;
}

const todo = (id: string = randomUUID()) => ({ aggregate: Todo, id });
const created = (): DomainEvent => new TodoCreated('a');
const changed = (): DomainEvent => new TodoLabelChanged('b');

async function keptTypes({ journal }: App): Promise<string[]> {
  return (await journal.archive.find(TYPES)).map(({ eventType }) => eventType).sort();
}

it('in a transaction keeps nobody waiting until that ends, not even its own flow', async () => {
  const [app, other] = [await start(), await start()];
  await app.dataSource.transaction(async (manager) => {
    await app.store.append(todo(), [created()], { transaction: manager });
    expect(await keptTypes(other)).toEqual(['todo_created']);
    await other.store.append(todo(), [created()]);
    await other.dataSource.transaction(async (theirs) => {
      await other.store.append(todo(), [created()], { transaction: theirs });
      await app.store.append(todo(), [created(), changed()]);
    });
    await app.store.append(todo(), [changed()], { transaction: manager });
  });
});

it('keeps the schema for good, also if the transaction is rolled back or the append refused', async () => {
  const app = await start();
  const id = randomUUID();
  const transaction = app.dataSource.transaction(async (manager) => {
    await app.store.append(todo(id), [created()], { transaction: manager });
    throw new Error('changed my mind');
  });
  await expect(transaction).rejects.toThrow('changed my mind');
  await expect(app.store.append(todo(id), [changed()], { expectedVersion: 7 })).rejects.toThrow(
    ConcurrencyError,
  );
  expect(await app.store.version(todo(id))).toBe(0);
  expect(await keptTypes(app)).toEqual(TYPES);
  await app.store.append(todo(id), [created(), changed()]);
});

it('needs no second connection of the pool, and leaves none behind', async () => {
  const app = await start({ poolSize: 1, name: 'only_one', url: database.directUrl });
  await app.dataSource.transaction(async (manager) => {
    await app.store.append(todo(), [created(), changed()], { transaction: manager });
  });
  const [{ count }] = await app.dataSource.query<[{ count: number }]>(
    `select count(*)::int as count from pg_stat_activity where application_name = 'only_one'`,
  );
  expect(count).toBe(1);
});

it('in many transactions at once opens one connection at a time, and asks once', async () => {
  const app = await start({ poolSize: 12 });
  const { archive } = app.journal;
  const keep = archive.keep.bind(archive);
  const asked: number[] = [];
  let [active, most] = [0, 0];
  archive.keep = async (schemas, options) => {
    asked.push(schemas.length);
    most = Math.max(most, (active += 1));
    return keep(schemas, options).finally(() => (active -= 1));
  };
  await Promise.all(
    Array.from({ length: 12 }, () =>
      app.dataSource.transaction((manager) =>
        app.store.append(todo(), [created()], { transaction: manager }),
      ),
    ),
  );
  expect(most).toBe(1);
  expect(asked.filter((count) => count > 0)).toEqual([1]);
});

it('does not deadlock: 8 instances, half of them in transactions, events in opposite orders', async () => {
  const instances = await Promise.all(Array.from({ length: 8 }, () => start({ poolSize: 1 })));
  let waiting = 4;
  let release!: () => void;
  const all = new Promise<void>((resolve) => (release = resolve));
  const together = async (): Promise<void> => {
    waiting -= 1;
    if (waiting === 0) release();
    await all;
  };
  await Promise.all(
    instances.map(async ({ dataSource, store }, n) => {
      const [first, second] = n % 4 < 2 ? [created(), changed()] : [changed(), created()];
      const id = randomUUID();
      if (n % 2 === 0) {
        await store.append(todo(id), [first]);
        return store.append(todo(id), [second]);
      }
      return dataSource.transaction(async (transaction) => {
        await store.append(todo(id), [first], { transaction });
        // Each has used one type, and holds what it holds, when it goes for the other.
        await together();
        return store.append(todo(id), [second], { transaction });
      });
    }),
  );
  const [app] = instances;
  expect(await keptTypes(app!)).toEqual(TYPES);
  const events: DomainEvent[] = [];
  for await (const event of app!.store.readAll()) events.push(event);
  expect(events).toHaveLength(16);
});

it('that contradicts what is kept is refused, and leaves the transaction usable', async () => {
  const first = await start();
  await first.store.append(todo(), [created()]);
  await writeSchemas(directory, {
    'todo/v1_todo_created.json': { label: 'string', more: { type: 'int', default: 0 } },
  });
  const second = await start();
  const id = randomUUID();
  await second.dataSource.transaction(async (transaction) => {
    for (let again = 0; again < 2; again += 1) {
      await expect(second.store.append(todo(id), [created()], { transaction })).rejects.toThrow(
        EventSchemaError,
      );
    }
    await second.store.append(todo(id), [changed()], { transaction });
  });
  expect(await second.store.version(todo(id))).toBe(1);
});

describe('the first use of a schema by an import', () => {
  it('keeps it, and checks every event against it', async () => {
    const { store, journal } = await start();
    const stream = todo();
    const imported = (labels: readonly unknown[]) =>
      labels.map((label) => ({ stream, event: new TodoCreated(label as string) }));
    const failed: unknown = await store
      .import('history', imported(['a', 'b', 5, 'd']), { batchSize: 2 })
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'IMPORTED_EVENT', eventNumber: 3 });
    expect((failed as Error).cause).toBeInstanceOf(EventSchemaError);
    expect(await journal.archive.find(TYPES)).toMatchObject([{ eventType: 'todo_created', eventVersion: 1 }]);
    const after = await store.import('history', imported(['a', 'b', 'c', 'd']));
    expect(after).toMatchObject({ done: 4, stored: 2 });
    for await (const event of store.read(stream)) expect(event.eventVersion).toBe(1);
  });
});
