import { Module, type DynamicModule } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  Aggregate,
  AggregateRepository,
  Apply,
  EventSourcingModule,
  getAggregateRepositoryToken,
  getSnapshotServiceToken,
  SnapshotService,
  type AggregateClass,
  type EventSourcingModuleOptions,
} from 'nestevents';
import { EventSourcingTestingModule } from 'nestevents/testing';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Closed, Ledger } from '../fixtures/ledger.js';
import { Todo } from '../fixtures/todo.js';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

let database: TestDatabase;
let failing: TestDatabase;
let modules: TestingModule[] = [];

beforeAll(async () => {
  [database, failing] = await Promise.all([createTestDatabase(), createTestDatabase()]);
});
afterEach(async () => {
  for (const module of modules) await module.close();
  modules = [];
});
afterAll(async () => {
  await assertNoConnectionsLeft(database);
  await database.drop();
  await failing.drop();
});

async function start(
  aggregate: AggregateClass,
  options: EventSourcingModuleOptions = {},
  url = database.url,
): Promise<TestingModule> {
  const typeOrm = TypeOrmModule.forRoot({ type: 'postgres', url, autoLoadEntities: true, retryAttempts: 1 });
  const module = await Test.createTestingModule({
    imports: [typeOrm, EventSourcingModule.forRoot(options), EventSourcingModule.forFeature([aggregate])],
  }).compile();
  modules.push(module);
  return module.init();
}

const ledgersOf = (module: TestingModule): AggregateRepository<Ledger> =>
  module.get(getAggregateRepositoryToken(Ledger));

function filled(count: number): Ledger {
  const ledger = new Ledger(randomUUID());
  for (let n = 0; n < count; n += 1) ledger.enter('a', 1n);
  return ledger;
}

describe('snapshots in an application', () => {
  it('are taken as the aggregate says, and finished before the data source is closed', async () => {
    const app = await start(Ledger);
    const many = Array.from({ length: 30 }, () => filled(10));
    await Promise.all(many.map(async (ledger) => ledgersOf(app).save(ledger)));
    await app.close();
    modules = [];
    const again = await start(Ledger);
    const rows = await again
      .get(DataSource)
      .query<unknown[]>('select 1 from event_snapshot where aggregate_id = any($1)', [
        many.map(({ id }) => id),
      ]);
    expect(rows).toHaveLength(30);
    expect(await again.get(SnapshotService).takeAll()).toMatchObject({ taken: 0, complete: true });
  });

  it('are taken as the module says, where the aggregate says nothing', async () => {
    const app = await start(Todo, { snapshots: { every: 2 } });
    const todos = app.get<AggregateRepository<Todo>>(getAggregateRepositoryToken(Todo));
    const todo = Todo.create(randomUUID(), 'a');
    todo.changeLabel('b');
    await todos.save(todo);
    const service = app.get<SnapshotService>(getSnapshotServiceToken());
    await service.settled();
    expect(await service.delete(Todo, todo.id)).toBe(1);
  });

  it('are off without a word from either', async () => {
    const app = await start(Todo);
    await expect(app.get(SnapshotService).take(Todo, 'x')).rejects.toThrow(
      /Snapshots of Todo are switched off/,
    );
    expect(await app.get(SnapshotService).takeAll()).toEqual({
      examined: 0,
      taken: 0,
      failed: 0,
      complete: true,
    });
  });

  it.each<[EventSourcingModuleOptions, RegExp]>([
    [
      { snapshots: { every: 0 } },
      /snapshots\.every of EventSourcingModule is 0\. It has to be a whole number of events/,
    ],
    [{ snapshots: { evry: 1 } as object }, /has no option snapshots\.evry/],
    [{ snapshots: true as never }, /snapshots of EventSourcingModule is true/],
  ])('refuse the options %j', (options, message) => {
    expect(() => EventSourcingModule.forRoot(options)).toThrow(message);
  });

  it('stop an application whose aggregate hides state, unless they are off for it', async () => {
    const hidden = (snapshot?: false): typeof Ledger => {
      class Vault extends Ledger {
        #secret = 0;
        @Apply(Closed)
        protected override onClosed(event: Closed): void {
          super.onClosed(event);
          this.#secret += 1;
        }
        get secret(): number {
          return this.#secret;
        }
      }
      Aggregate({ name: 'vault', snapshot })(Vault);
      return Vault;
    };
    const started = start(hidden(), { snapshots: { every: 5 } }, failing.url);
    await expect(started).rejects.toThrow(/Vault has the private field #secret.*toSnapshot.*fromSnapshot/);
    await start(hidden(false), { snapshots: { every: 5 } });
    await start(hidden());
  });

  it('need their table, where there are to be any', async () => {
    const source = await new DataSource({ type: 'postgres', url: failing.url }).initialize();
    await source.query('drop table event_snapshot');
    await source.destroy();
    const started = start(Ledger, {}, failing.url);
    await expect(started).rejects.toThrow(
      /table "event_snapshot" does not exist.*Run the shipped migrations/,
    );
    const off = await start(Todo, {}, failing.url);
    await off.close();
    modules = [];
  });

  it('are taken in memory too', async () => {
    @Module({})
    class Root {
      static with(...imports: DynamicModule[]): DynamicModule {
        return { module: Root, imports };
      }
    }
    const app = await Test.createTestingModule({
      imports: [
        Root.with(EventSourcingTestingModule.forRoot(), EventSourcingTestingModule.forFeature([Ledger])),
      ],
    }).compile();
    modules.push(app);
    await app.init();
    const ledger = filled(10);
    await ledgersOf(app).save(ledger);
    await app.get(SnapshotService).settled();
    expect(await app.get(SnapshotService).delete(Ledger, ledger.id)).toBe(1);
    expect((await ledgersOf(app).load(ledger.id)).steps).toHaveLength(3);
  });
});
