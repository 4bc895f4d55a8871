import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AppendQueueFullError,
  ConcurrencyError,
  DuplicateEventError,
  EventPayloadError,
  EventSchemaError,
  type DomainEvent,
  type EventStore,
} from 'nestevents';
import { DataSource, QueryFailedError, type Logger } from 'typeorm';
import { SchemaRegistry } from '../../src/schema/index.js';
import { TypeOrmJournal } from '../../src/typeorm/index.js';
import { storeOn } from '../contract/event-store.contract.js';
import { beFaster, stopBeingFaster } from '../fixtures/faster-writer.js';
import { Note, NoteTaken } from '../fixtures/note.js';
import { BOTH_WAYS, openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { writeSchemas } from '../fixtures/schemas.js';
import { Todo, TodoCreated, TodoLabelChanged } from '../fixtures/todo.js';
import { killBackends } from '../postgres/faults.js';

let pg: PostgresStore;
let statements: string[];

beforeEach(() => {
  statements = [];
});

const silent: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};
const todo = (id: string = randomUUID()): { aggregate: typeof Todo; id: string } => ({ aggregate: Todo, id });
const appending = (): number => statements.filter((sql) => sql.includes('_append_')).length;

async function journalSize(): Promise<number> {
  const [{ size }] = await pg.dataSource.query<[{ size: number }]>(
    'select count(*)::int as size from event_journal',
  );
  return size;
}

async function todoSchemas(): Promise<SchemaRegistry> {
  const directory = await mkdtemp(join(tmpdir(), 'nestevents-shared-appends-'));
  const types = ['todo_created', 'todo_label_changed'];
  for (const type of types) await writeSchemas(directory, { [`todo/v1_${type}.json`]: { label: 'string' } });
  const contracts = types.map((eventType) => ({ aggregateType: 'todo', eventType, eventClass: eventType }));
  const { registry, problems } = SchemaRegistry.load({ directory }, contracts);
  expect(problems).toEqual([]);
  await rm(directory, { recursive: true });
  return registry;
}

const placeOf = ({ eventId, position, aggregateVersion }: DomainEvent): unknown[] => [
  eventId,
  position,
  aggregateVersion,
];

async function idsOf(store: EventStore, stream: { aggregate: typeof Todo; id: string }): Promise<string[]> {
  const ids: string[] = [];
  for await (const event of store.read(stream)) {
    expect(event.aggregateVersion).toBe(ids.length + 1);
    ids.push(event.eventId);
  }
  return ids;
}

describe.each(BOTH_WAYS)('appends at once, $way', ({ pipelined }) => {
  beforeAll(async () => {
    pg = await openPostgresStore({ pipelined });
    await pg.dataSource.query(`
      alter table event_journal add constraint not_too_large check (length(event_data::text) < 10000);
      create function refuse_poison() returns trigger language plpgsql as $$
      begin
        if new.event_data->>'label' = 'poison' then raise exception 'poison is refused'; end if;
        return new;
      end $$;
      create trigger poison before insert on event_journal for each row execute function refuse_poison()`);
    const logger = { logQuery: (query: string) => statements.push(query) };
    pg.dataSource.setOptions({ logger: { ...silent, ...logger } });
  });
  afterAll(() => pg.close());

  it('share statements, and each gets its own answer', async () => {
    const { store, published } = storeOn(pg.journal, [Todo, Note], await todoSchemas());
    const refused = (event: string, path: string, got: string): unknown => ({
      constructor: EventSchemaError,
      problems: [{ event, path, got }],
    });
    const existing = todo();
    const twice = new TodoLabelChanged('twice');
    await store.append(existing, [new TodoCreated('a'), twice]);
    const before = await journalSize();
    statements = [];
    const kinds: ((n: number) => [Promise<unknown>, unknown])[] = [
      (n) => [store.append(todo(), [new TodoCreated(`${n}`)], { expectedVersion: 0 }), undefined],
      (n) => [
        store.append(todo(), [new TodoCreated(`${n}`), new TodoLabelChanged('b')], {
          expectedVersion: 'no-stream',
        }),
        undefined,
      ],
      () => [
        store.append(todo(), [new TodoCreated('x')], { expectedVersion: 3 }),
        { constructor: ConcurrencyError, actualVersion: 0, expectedVersion: 3 },
      ],
      () => [
        store.append(existing, [new TodoLabelChanged('x')], { expectedVersion: 1 }),
        { constructor: ConcurrencyError, actualVersion: 2, aggregateId: existing.id },
      ],
      () => [store.append(existing, [twice], { expectedVersion: 1 }), undefined],
      () => [
        store.append(todo(), [new TodoCreated('x'), twice], { expectedVersion: 0 }),
        { constructor: DuplicateEventError, eventIds: [twice.eventId] },
      ],
      () => [
        store.append({ aggregate: Note, id: randomUUID() }, [new NoteTaken(NaN)]),
        { constructor: EventPayloadError },
      ],
      (n) => [
        store.append(todo(), [new TodoCreated(n as unknown as string)], { expectedVersion: 0 }),
        refused('todo_created', 'label', `number ${n}`),
      ],
      (n) => [
        store.append(todo(), [new TodoCreated('a'), new TodoLabelChanged(-n as unknown as string)]),
        refused('todo_label_changed', 'label', `number ${-n}`),
      ],
      (n) => [
        store.append(existing, [Object.assign(new TodoLabelChanged('x'), { [`more${n}`]: 1 })]),
        refused('todo_label_changed', `more${n}`, 'number 1'),
      ],
      () => [
        store.append(todo(), [new TodoCreated('poison')]),
        { constructor: QueryFailedError, message: 'poison is refused' },
      ],
      () => [
        store.append({ aggregate: Note, id: randomUUID() }, [new NoteTaken('x'.repeat(20_000))]),
        { constructor: QueryFailedError, message: expect.stringContaining('not_too_large') as unknown },
      ],
      () => [
        pg.journal.append([
          {
            aggregateType: 'todo',
            aggregateId: randomUUID(),
            expectedVersion: 0,
            records: [
              {
                eventId: randomUUID(),
                eventType: 'todo_created',
                eventVersion: null,
                data: '{"label":"\\u0000"}',
                dataTypes: null,
                metadata: '{}',
              },
            ],
          },
        ]),
        { constructor: QueryFailedError, message: expect.stringContaining('Unicode') as unknown },
      ],
    ];
    const made = Array.from({ length: 200 }, (_, n) => kinds[n % kinds.length]!(n));
    const results = await Promise.allSettled(made.map(([append]) => append));
    results.forEach((result, index) => {
      const expected = made[index]![1] as Record<string, unknown> | undefined;
      if (!expected) expect(result).toMatchObject({ status: 'fulfilled' });
      else expect(result).toMatchObject({ status: 'rejected', reason: expected });
    });
    const stored = new Set<string>();
    for (const result of results) {
      if (result.status === 'rejected' || !Array.isArray(result.value)) continue;
      const events = result.value as DomainEvent[];
      for (const event of events) stored.add(event.eventId);
      if (events[0] !== twice) {
        expect(await idsOf(store, todo(events[0]!.aggregateId))).toEqual(events.map((e) => e.eventId));
      }
    }
    expect(await idsOf(store, existing)).toHaveLength(2);
    const rows = await pg.dataSource.query<unknown[]>(
      'select 1 from event_journal where event_id = any($1)',
      [[...stored]],
    );
    expect(rows).toHaveLength(stored.size);
    expect(await journalSize()).toBe(before + stored.size - 1); // the one that was stored before
    const publishedIds = published.map(({ eventId }) => eventId);
    expect(new Set(publishedIds).size).toBe(publishedIds.length);
  });

  it('are few statements, and an append to an idle store is one', async () => {
    await pg.store.append(todo(), [new TodoCreated('alone')]);
    expect(appending()).toBe(1);
    statements = [];
    await Promise.all(
      Array.from({ length: 100 }, (_, n) => pg.store.append(todo(), [new TodoCreated(`${n}`)])),
    );
    expect(appending()).toBeLessThan(10);
  });

  it('to one stream are stored in the order they were made, behind failed ones as well', async () => {
    const stream = todo();
    const appends = Array.from({ length: 50 }, (_, n) =>
      pg.store.append(stream, [new TodoLabelChanged(n % 7 === 3 ? 'poison' : `${n}`)], {
        expectedVersion: n % 11 === 5 ? 0 : 'any',
      }),
    );
    const results = await Promise.allSettled(appends);
    const bad = (n: number): boolean => n % 7 === 3 || n % 11 === 5;
    expect(results.map(({ status }) => status === 'rejected')).toEqual(results.map((_, n) => bad(n)));
    const labels: string[] = [];
    for await (const event of pg.store.read(stream)) labels.push((event as TodoLabelChanged).label);
    expect(labels).toEqual(results.flatMap((_, n) => (bad(n) ? [] : [`${n}`])));
  });

  it('store nothing of an append whose first event is stored elsewhere, before or at once', async () => {
    const burst = (): Promise<unknown>[] =>
      Array.from({ length: 10 }, () => pg.store.append(todo(), [new TodoCreated('other')]));
    const stored = new TodoCreated('stored');
    await pg.store.append(todo(), [stored]);
    const empty = todo();
    const appends = [pg.store.append(empty, [stored, new TodoLabelChanged('more')], { expectedVersion: 0 })];
    const [before] = await Promise.allSettled([...appends, ...burst()]);
    expect(before).toMatchObject({ reason: { constructor: DuplicateEventError } });
    expect(await idsOf(pg.store, empty)).toEqual([]);

    const event = new TodoCreated('at once');
    const streams = Array.from({ length: 6 }, () => todo());
    const results = await Promise.allSettled([
      ...streams.map((stream, n) =>
        pg.store.append(stream, n < 4 ? [event] : [event, new TodoLabelChanged('more')], {
          expectedVersion: 'no-stream',
        }),
      ),
      ...burst(),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(11);
    for (const [n, stream] of streams.entries()) {
      const isStored = results[n]!.status === 'fulfilled';
      expect(await idsOf(pg.store, stream)).toHaveLength(isStored ? (n < 4 ? 1 : 2) : 0);
      if (!isStored) expect(results[n]).toMatchObject({ reason: { constructor: DuplicateEventError } });
    }
  });

  it("get the error of a unique index of the application's, not a conflict", async () => {
    await pg.dataSource.query(
      `create unique index one_name on event_journal ((event_data->>'label')) where event_data->>'label' like 'name %'`,
    );
    await pg.store.append(todo(), [new TodoCreated('name a')]);
    const append = async (...labels: string[]): Promise<unknown> =>
      pg.store.append(
        todo(),
        labels.map((label) => new TodoCreated(label)),
        { expectedVersion: 0 },
      );
    const error = {
      constructor: QueryFailedError,
      message: expect.stringContaining('one_name') as unknown,
    };
    await expect(append('name a')).rejects.toMatchObject(error);
    const results = await Promise.allSettled([
      append('name a'),
      append('name b'),
      append('name a', 'name c'),
      append('name d', 'name a'),
    ]);
    for (const n of [0, 2, 3]) expect(results[n]).toMatchObject({ reason: error });
    expect(results[1]).toMatchObject({ status: 'fulfilled' });
    await pg.dataSource.transaction(async (transaction) => {
      const within = pg.store.append(todo(), [new TodoCreated('name a')], { transaction });
      await expect(within).rejects.toMatchObject(error);
    });
    await pg.dataSource.query('drop index one_name');
  });

  it('are stored as a whole or not at all where a trigger skips events', async () => {
    await pg.dataSource.query(`
      create function skip_some() returns trigger language plpgsql as $$
      begin
        return case when new.event_data->>'label' <> 'skip' then new end;
      end $$;
      create trigger skip_some before insert on event_journal for each row execute function skip_some()`);
    const labels = [['skip'], ['skip', 'a'], ['a', 'skip'], ['a', 'skip', 'b'], ['a', 'b']];
    const appends = (): [Promise<unknown>, ReturnType<typeof todo>][] =>
      labels.map((each) => {
        const stream = todo();
        const events = each.map((label) => new TodoCreated(label));
        return [pg.store.append(stream, events, { expectedVersion: 0 }), stream];
      });
    const made = appends();
    const results = await Promise.allSettled(made.map(([append]) => append));
    for (const [n, result] of results.entries()) {
      expect(await idsOf(pg.store, made[n]![1])).toHaveLength(n < 4 ? 0 : 2);
      if (n < 4)
        expect(result).toMatchObject({
          reason: { message: expect.stringContaining('A trigger') as unknown },
        });
    }
    await pg.dataSource.query('drop trigger skip_some on event_journal');
  });

  // The second time, statements are prepared for it.
  it.each([3, 1])('are stored beside one that loses a race, of %i events at the most', async (most) => {
    const raced = todo();
    const existing = todo();
    await pg.store.append(existing, [new TodoCreated('a'), new TodoLabelChanged('b')]);
    // Takes the place in the stream when the versions of all streams have been looked at.
    await beFaster(pg.dataSource, raced.id);
    statements = [];
    const events = (n: number): DomainEvent[] =>
      Array.from({ length: 1 + (n % most) }, (_, step) => new TodoCreated(`${n}.${step}`));
    const others = Array.from({ length: 12 }, (_, n) =>
      pg.store.append(n === 7 ? existing : todo(), events(n), { expectedVersion: n === 7 ? 2 : 'any' }),
    );
    const refused = pg.store.append(existing, [new TodoLabelChanged('x')], { expectedVersion: 1 });
    const slower = [
      pg.store.append(raced, events(1), { expectedVersion: 'no-stream' }),
      pg.store.append(raced, events(2), { expectedVersion: 'any' }),
    ];
    const [lost, behind] = await Promise.allSettled(slower);
    expect(lost).toMatchObject({ reason: { constructor: ConcurrencyError, actualVersion: 1 } });
    expect(behind).toMatchObject({ status: 'fulfilled' });
    await expect(refused).rejects.toMatchObject({
      constructor: ConcurrencyError,
      actualVersion: 2 + events(7).length,
    });
    for (const stored of [...(await Promise.all(others)), await slower[1]!]) {
      const [{ aggregateId, aggregateVersion }] = stored as [DomainEvent];
      const read: DomainEvent[] = [];
      for await (const event of pg.store.read(todo(aggregateId), { fromVersion: aggregateVersion }))
        read.push(event);
      expect(stored.map(placeOf)).toEqual(read.map(placeOf));
      expect(stored.map(({ createdAt }) => createdAt.getTime())).toEqual(
        read.map((each) => each.createdAt.getTime()),
      );
    }
    // Not each by itself, as after an error.
    expect(appending()).toBeLessThan(10);
    await stopBeingFaster(pg.dataSource);
  });

  it('do not wait for a stream that a transaction holds, not even in that transaction', async () => {
    const held = todo();
    await pg.dataSource.transaction(async (manager) => {
      await pg.store.append(held, [new TodoCreated('held')], { transaction: manager });
      const waiting = pg.store.append(held, [new TodoLabelChanged('waits')], { expectedVersion: 'any' });
      // They share a statement with the one that waits for this transaction.
      await Promise.all(Array.from({ length: 20 }, () => pg.store.append(todo(), [new TodoCreated('free')])));
      await pg.store.append(todo(), [new TodoCreated('free')]);
      void waiting;
    });
    await pg.store.settled();
    expect(await idsOf(pg.store, held)).toHaveLength(2);
  });

  it('read no table as a whole, though the plans are as old as an empty journal', async () => {
    const fresh = await openPostgresStore();
    await fresh.dataSource.query('vacuum analyze event_journal');
    const streams = Array.from({ length: 20 }, () => todo());
    for (let n = 0; n < 15; n += 1) {
      await fresh.store.append(streams[0]!, [new TodoCreated('x')]);
      await Promise.all(
        streams.map((stream) =>
          fresh.store.append(stream, [new TodoCreated('x'), new TodoLabelChanged('y')]),
        ),
      );
    }
    await fresh.dataSource.destroy(); // what a connection has counted is certain to show when it has gone
    const again = await openPostgresStore({ database: fresh.database, pipelined });
    const [{ seq_scan }] = await again.dataSource.query<[{ seq_scan: string }]>(
      `select seq_scan::text from pg_stat_user_tables where relname = 'event_journal'`,
    );
    // The analysis itself, at most.
    expect(Number(seq_scan)).toBeLessThan(5);
    await again.close();
    await fresh.close();
  });

  it.each(['repeatable read', 'serializable'])(
    'succeed where transactions are %s by default',
    async (level) => {
      const other = await openPostgresStore();
      await other.dataSource.query(
        `alter database ${other.database.name} set default_transaction_isolation = '${level}'`,
      );
      const stores = await Promise.all(
        [1, 2].map(() => openPostgresStore({ database: other.database, pipelined })),
      );
      const streams = Array.from({ length: 5 }, () => todo());
      await Promise.all(
        stores.flatMap(({ store }) =>
          Array.from({ length: 100 }, (_, n) =>
            store.append(streams[n % 5]!, [new TodoCreated(`${n}`), new TodoLabelChanged('b')]),
          ),
        ),
      );
      for (const stream of streams) expect(await idsOf(stores[0]!.store, stream)).toHaveLength(80);
      for (const { close } of stores) await close();
      await other.close();
    },
  );

  it('are refused when too many wait, and only those', async () => {
    const dataSource = await new DataSource({ type: 'postgres', url: pg.database.url }).initialize();
    const { store } = storeOn(new TypeOrmJournal(dataSource, { appendQueueLimit: 10 }));
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, () => store.append(todo(), [new TodoCreated('x')])),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    for (const result of results) {
      if (result.status === 'fulfilled') continue;
      expect(result.reason).toBeInstanceOf(AppendQueueFullError);
      expect(result.reason).toMatchObject({ code: 'APPEND_QUEUE_FULL', limit: 10 });
    }
    await store.append(todo(), [new TodoCreated('room again')]);
    await dataSource.destroy();
  });

  it('are stored once, in order, however often their connections are killed', async () => {
    const streams = Array.from({ length: 16 }, () => todo());
    const made = streams.map(() => [] as string[]);
    const stop = new AbortController();
    let failures = 0;
    const writers = streams.map(async (stream, index) => {
      for (let n = 0; !stop.signal.aborted; n += 1) {
        const events = [new TodoCreated(`${n}`), new TodoLabelChanged(`${n}'`)].slice(0, 1 + (n % 2));
        const expectedVersion = index % 2 ? made[index]!.length : 'any';
        for (;;) {
          try {
            const stored = await pg.store.append(stream, events, { expectedVersion });
            made[index]!.push(...stored.map(({ eventId }) => eventId));
            break;
          } catch (error) {
            // The connection's own error: never a conflict with what the append itself has stored.
            expect(error).not.toBeInstanceOf(ConcurrencyError);
            expect(error).not.toBeInstanceOf(DuplicateEventError);
            failures += 1;
          }
        }
      }
    });
    for (let round = 0; round < 40; round += 1) {
      await killBackends(pg.database, `query like '%\\_append\\_%'`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    stop.abort();
    await Promise.all(writers);
    for (const [index, stream] of streams.entries()) {
      expect(await idsOf(pg.store, stream)).toEqual(made[index]);
    }
    process.stdout.write(`${made.flat().length} events, ${failures} failures by killed connections\n`);
  });
});
