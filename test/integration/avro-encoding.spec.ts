import { deepStrictEqual } from 'node:assert/strict';

import { jest } from '@jest/globals';
import { Logger, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Aggregate,
  AggregateRepository,
  AggregateRoot,
  Apply,
  CorruptEventError,
  DomainEvent,
  EventSchemaError,
  EventsHandler,
  EventSourcingModule,
  EventStore,
  getAggregateRepositoryToken,
  Projection,
  ProjectionManager,
  UnknownEventTypeError,
  type AggregateClass,
  type AggregateOptions,
  type EventMetadata,
  type EventSourcingModuleOptions,
  type IEventHandler,
} from 'nestevents';
import { DataSource } from 'typeorm';
import { writeSchemas } from '../fixtures/schemas.js';
import { Todo, TodoCreated, TodoLabelChanged } from '../fixtures/todo.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

/** A payment, as its schema describes it; `note` may be left out. */
class Paid extends DomainEvent {
  constructor(
    readonly amount: bigint,
    readonly price: string,
    readonly at: Date,
    readonly raw: Buffer,
    note?: string,
  ) {
    super();
    if (note !== undefined) Object.assign(this, { note });
  }
}

function purseOf(options: AggregateOptions): AggregateClass {
  @Aggregate({ name: 'purse', ...options })
  class Purse extends AggregateRoot {
    @Apply(Paid) protected onPaid(): void {}
  }
  return Purse;
}

const Purse = purseOf({});

const SCHEMAS = {
  'todo/v1_todo_created.json': { label: 'string' },
  'todo/v1_todo_label_changed.json': { label: 'string' },
  'purse/v1_purse_paid.json': {
    amount: 'long',
    price: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 },
    at: { type: 'long', logicalType: 'timestamp-millis' },
    raw: 'bytes',
    note: { type: ['null', 'string'], default: null },
  },
};
const PAID = new Paid(5n, '1.50', new Date('2026-03-01T10:00:00.123Z'), Buffer.from([0, 255]), 'x');

let directory: string;
let database: TestDatabase;
let module: TestingModule | undefined;
let sql: DataSource;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nestevents-avro-'));
  await writeSchemas(directory, SCHEMAS);
  database = await createTestDatabase();
  sql = await new DataSource({ type: 'postgres', url: database.url }).initialize();
});

afterEach(async () => {
  await stop();
  await sql.destroy();
  await database.drop();
  await rm(directory, { recursive: true });
});

async function stop(): Promise<void> {
  await module?.close();
  module = undefined;
}

type Options = EventSourcingModuleOptions & {
  aggregates?: AggregateClass[];
  providers?: Type[];
  poolSize?: number;
};

/** Starts the application anew; all is stored in Avro unless the options say something else. */
async function start({
  aggregates = [Todo, Purse],
  providers = [],
  poolSize = 8,
  ...options
}: Options = {}): Promise<EventStore> {
  await stop();
  const compiled = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot({ type: 'postgres', url: database.url, retryAttempts: 0, poolSize }),
      EventSourcingModule.forRoot({ schemas: { directory }, encoding: 'avro', ...options }),
      EventSourcingModule.forFeature(aggregates),
    ],
    providers,
  }).compile();
  module = compiled;
  await compiled.init();
  return compiled.get(EventStore);
}

const todos = (): AggregateRepository<Todo> => module!.get(getAggregateRepositoryToken(Todo));
const purse = (id: string) => ({ aggregate: Purse, id });

async function collect(events: AsyncIterable<DomainEvent>): Promise<DomainEvent[]> {
  const all: DomainEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** How the rows of an aggregate are stored, in order. */
async function encodings(id: string): Promise<string[]> {
  const rows = await sql.query<{ encoding: string }[]>(
    `select case when event_bytes is null then 'json' else 'avro' end as encoding
     from event_journal where aggregate_id = $1 order by position`,
    [id],
  );
  return rows.map(({ encoding }) => encoding);
}

const paid = (): Paid => Object.assign(Object.create(Paid.prototype) as Paid, PAID);

describe('payloads in Avro', () => {
  it('stand beside those in JSON, in one stream, and are read alike on every path', async () => {
    const stream = purse('1');
    await (await start({ encoding: 'json' })).append(stream, [paid()]);
    const store = await start();
    await store.append(stream, [paid(), new Paid(2n ** 62n, '-0.01', new Date(0), Buffer.alloc(0))]);
    expect(await encodings('1')).toEqual(['json', 'avro', 'avro']);

    const expected = [
      PAID,
      PAID,
      { amount: 2n ** 62n, price: '-0.01', at: new Date(0), raw: Buffer.alloc(0) },
    ];
    for (const events of [await collect(store.read(stream)), await collect(store.readAll())]) {
      expect(events).toEqual(expected);
      expect(events.every((event) => event instanceof Paid)).toBe(true);
      expect(events.map(({ eventVersion }) => eventVersion)).toEqual([1, 1, 1]);
    }
    expect((await collect(store.read(stream, { backwards: true, limit: 1 })))[0]).toEqual(expected[2]);
  });

  it('are imported, beside those in JSON', async () => {
    const store = await start();
    const id = '9f8e7d6c-5b4a-4f3e-8d2c-1b0a9f8e7d6c';
    const metadata = [{}, { correlationId: id }, { causationId: id, user: 'ü' }, { correlationId: 'none' }];
    await store.import(
      'history',
      metadata.map((each, n) => ({
        stream: { aggregate: Todo, id: `${n % 2}` },
        event: new TodoLabelChanged(`${n}\n`),
        metadata: each,
      })),
    );
    const events = await collect(store.readAll());
    expect(events.map((event) => event.metadata)).toEqual(metadata);
    expect(events).toEqual(metadata.map((_, n) => ({ label: `${n}\n` })));
    expect(await encodings('0')).toEqual(['avro', 'avro']);

    const odd = purseOf({ encoding: 'json' });
    const mixed = await start({ aggregates: [odd, Todo] });
    await mixed.import('mixed', [
      { stream: { aggregate: odd, id: 'p' }, event: paid(), metadata: { correlationId: id } },
      { stream: { aggregate: Todo, id: '0' }, event: new TodoCreated('') },
    ]);
    expect([await encodings('p'), await encodings('0')]).toEqual([['json'], ['avro', 'avro', 'avro']]);
    expect(await collect(mixed.read({ aggregate: odd, id: 'p' }))).toEqual([PAID]);
  });

  it('are loaded, changed and listed by repositories, and appended again only once', async () => {
    await start();
    const todo = Todo.create('1', 'a');
    todo.changeLabel('b');
    await todos().save(todo);
    const loaded = await todos().load('1');
    expect(loaded).toMatchObject({ label: 'b', version: 2 });
    loaded.changeLabel('ü');
    const [event] = await todos().save(loaded);
    const store = module!.get(EventStore);
    expect(await store.append({ aggregate: Todo, id: '1' }, [event!])).toEqual([event]);
    expect(await todos().history('1')).toEqual([{ label: 'a' }, { label: 'b' }, { label: 'ü' }]);
    expect(await encodings('1')).toEqual(['avro', 'avro', 'avro']);
  });

  it('are what an aggregate asks for, whatever the store does', async () => {
    const odd = purseOf({ encoding: 'avro' });
    const store = await start({ encoding: 'json', aggregates: [Todo, odd] });
    await store.append({ aggregate: odd, id: '1' }, [paid()]);
    await todos().save(Todo.create('2', 'a'));
    expect([await encodings('1'), await encodings('2')]).toEqual([['avro'], ['json']]);
    const plain = purseOf({ encoding: 'json' });
    await (await start({ aggregates: [plain] })).append({ aggregate: plain, id: '3' }, [paid()]);
    expect(await encodings('3')).toEqual(['json']);
  });

  it('are JSON where Avro would not bring them back exactly', async () => {
    const store = await start({ schemas: { directory, validate: 'on-demand', allowUndeclaredFields: true } });
    const odd = [
      Object.assign(paid(), { price: '1.5' }),
      Object.assign(paid(), { more: [1n] }),
      Object.assign(paid(), { amount: 'many' }),
    ];
    await store.append(purse('1'), odd);
    expect(await encodings('1')).toEqual(['json', 'json', 'json']);
    expect(await collect(store.read(purse('1')))).toEqual(odd);
  });

  it('bring the version of the schema back where the payload is to have it', async () => {
    const store = await start({ addSchemaVersionToEventData: true });
    await store.append(purse('1'), [paid()]);
    expect(await encodings('1')).toEqual(['avro']);
    expect((await collect(store.read(purse('1'))))[0]).toEqual(Object.assign(paid(), { schema_version: 1 }));
  });

  it('reach durable handlers, asynchronous and inline', async () => {
    const seen: string[] = [];
    @Projection('async-list')
    @EventsHandler(TodoCreated, TodoLabelChanged)
    class List implements IEventHandler<TodoCreated> {
      async handle({ label }: TodoCreated): Promise<void> {
        seen.push(`async ${label}`);
      }
    }
    @Projection('inline-list', { mode: 'inline' })
    @EventsHandler(TodoCreated)
    class Inline implements IEventHandler<TodoCreated> {
      async handle({ label }: TodoCreated): Promise<void> {
        seen.push(`inline ${label}`);
      }
    }
    await start({ providers: [List, Inline] });
    const todo = Todo.create('1', 'a');
    todo.changeLabel('b');
    const events = await todos().save(todo);
    await module!.get(ProjectionManager).waitFor('async-list', events.at(-1)!.position);
    expect(seen).toEqual(['inline a', 'async a', 'async b']);
  });

  it('are read by the schema that the journal has kept, not by a file that was edited', async () => {
    await (await start()).append(purse('1'), [paid()]);
    const { amount, price, ...rest } = SCHEMAS['purse/v1_purse_paid.json'];
    await writeSchemas(directory, { 'purse/v1_purse_paid.json': { price, ...rest, amount } });
    await expect(start()).rejects.toThrow(EventSchemaError);
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const store = await start({ schemas: { directory, onProblem: 'warn' } });
    expect((await collect(store.read(purse('1'))))[0]).toEqual(PAID);
    warn.mockRestore();
  });

  it('are read as the newest version, also by a store that has been running since before', async () => {
    await (await start()).append(purse('1'), [paid()]);
    const older = module!;
    module = undefined;
    await writeSchemas(directory, {
      'purse/v2_purse_paid.json': {
        ...SCHEMAS['purse/v1_purse_paid.json'],
        tip: { type: 'int', default: 7 },
      },
    });
    const newer = await start();
    await newer.append(purse('1'), [Object.assign(paid(), { tip: 1 })]);
    expect(await collect(newer.read(purse('1')))).toEqual([
      Object.assign(paid(), { tip: 7 }),
      Object.assign(paid(), { tip: 1 }),
    ]);
    const read = await collect(older.get(EventStore).read(purse('1')));
    expect(read).toEqual([PAID, PAID]);
    await older.close();
  });

  it('can be read when schemas are switched off, and when their files are gone', async () => {
    await (await start()).append(purse('1'), [paid()]);
    const store = await start({ schemas: undefined, encoding: 'json' });
    expect((await collect(store.read(purse('1'))))[0]).toEqual(PAID);
  });

  it("are read on the last connection, in a caller's transaction", async () => {
    const store = await start({ poolSize: 1 });
    await store.append(purse('1'), [paid()]);
    const again = await start({ poolSize: 1 });
    await module!.get(DataSource).transaction(async (transaction) => {
      await again.append(purse('1'), [paid()], { transaction });
      expect(await collect(again.read(purse('1'), { transaction }))).toHaveLength(2);
    });
    expect(await encodings('1')).toEqual(['avro', 'avro']);
  });
});

describe('what is wrong with payloads in Avro', () => {
  const insert = (columns: string, values: string): Promise<unknown> =>
    sql.query(
      `insert into event_journal (aggregate_version, event_id, event_type, aggregate_type, aggregate_id, metadata, ${columns})
       values (1, gen_random_uuid(), 'purse_paid', 'purse', 'bad', '{}', ${values})`,
    );

  it.each([
    [
      'bytes that are no payload',
      'event_version, event_bytes',
      `1, '\\x0a'`,
      /its bytes are no version 1 of purse_paid/,
    ],
    [
      'a schema that is not kept',
      'event_version, event_bytes',
      `9, '\\x00'`,
      /version 9 of its schema, which the journal has not kept/,
    ],
    ['no payload at all', 'event_version', '1', /its bytes are no version 1 of purse_paid/],
    ['no version', 'event_bytes', `'\\x00'`, /version null of its schema, which the journal has not kept/],
    [
      'types that do not fit',
      'event_version, event_bytes, event_data_types',
      `1, '\\x0a020100020002', '{"/x":"bigint"}'`,
      /its types name "\/x"|its bytes/,
    ],
  ])('is reported: %s', async (_name, columns, values, message) => {
    const store = await start();
    await store.append(purse('1'), [paid()]);
    await insert(columns, values);
    const error: unknown = await collect(store.read(purse('bad'))).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CorruptEventError);
    expect((error as Error).message).toMatch(message);
  });

  it('an event that nobody knows is reported as such', async () => {
    await (await start()).append(purse('1'), [paid()]);
    const store = await start({ aggregates: [Todo] });
    await expect(collect(store.readAll())).rejects.toThrow(UnknownEventTypeError);
  });

  it.each<[string, Options]>([
    ['the store', { aggregates: [Todo] }],
    ['the aggregate', { encoding: 'json', aggregates: [purseOf({ encoding: 'avro' })] }],
  ])(
    'an event without a schema stops the start when %s asks for Avro, also where problems are only warned of',
    async (_name, options) => {
      const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
      await rm(directory, { recursive: true });
      await writeSchemas(directory, { 'else/v1_else_happened.json': {} });
      await expect(start({ ...options, schemas: { directory, onProblem: 'warn' } })).rejects.toThrow(
        /is to be stored in Avro \(encoding: 'avro'\) but has no schema that can be used\. Add (todo|purse)\/v1_/,
      );
      await expect(start({ ...options, schemas: undefined })).rejects.toThrow(EventSchemaError);
      warn.mockRestore();
    },
  );
});

it('the view of the journal shows payloads of both encodings as JSON', async () => {
  await (await start({ encoding: 'json' })).append(purse('1'), [paid()]);
  await (await start()).append(purse('1'), [paid()], { metadata: { by: 'ada' } });
  await sql.query(
    `insert into event_journal (aggregate_version, event_version, event_id, event_type, aggregate_type, aggregate_id, metadata, event_bytes)
     values (3, 1, gen_random_uuid(), 'purse_paid', 'purse', '1', '{}', '\\x00')`,
  );
  const rows = await sql.query<Record<string, unknown>[]>(
    'select * from event_journal_json order by position',
  );
  const data = { amount: '5', price: '1.50', at: '2026-03-01T10:00:00.123Z', raw: 'AP8=', note: 'x' };
  expect(rows.map((row) => row['event_data'])).toEqual([data, data, null]);
  expect(rows[1]).toMatchObject({ event_type: 'purse_paid', aggregate_version: 2, metadata: { by: 'ada' } });
});

describe('metadata beside a payload in Avro', () => {
  const A = '0198f3a8-1c2d-7e3f-8a4b-5c6d7e8f9a0b';
  const B = '0198f3a8-1c2d-7e3f-8a4b-5c6d7e8f9a0c';

  it.each<[EventMetadata, object]>([
    [{}, { metadata: {} }],
    [{ correlationId: A }, { metadata: null, correlation_id: A }],
    [
      { correlationId: A, causationId: B, by: { name: '"ü"' }, n: null },
      { metadata: { by: { name: '"ü"' }, n: null }, correlation_id: A, causation_id: B },
    ],
    [
      { causationId: B, correlationId: 'mine' },
      { metadata: { correlationId: 'mine' }, causation_id: B },
    ],
    [{ correlationId: A.toUpperCase() }, { metadata: { correlationId: A.toUpperCase() } }],
    [
      JSON.parse('{"__proto__":{"x":1},"correlationId":5}') as EventMetadata,
      { metadata: JSON.parse('{"__proto__":{"x":1},"correlationId":5}') as object },
    ],
  ])('comes back whole, whatever stands apart: %j', async (metadata, columns) => {
    const store = await start();
    await store.append(purse('1'), [paid()], { metadata });
    const rows = await sql.query<object[]>(
      'select metadata, correlation_id, causation_id from event_journal',
    );
    deepStrictEqual(rows, [{ correlation_id: null, causation_id: null, ...columns }]);
    const [event] = await collect(store.read(purse('1')));
    deepStrictEqual({ ...event!.metadata }, metadata);
    expect(await sql.query('select metadata from event_journal_json')).toEqual([{ metadata }]);
  });

  it('is whole in the column beside a payload in JSON', async () => {
    const store = await start({ encoding: 'json' });
    await store.append(purse('1'), [paid()], { metadata: { correlationId: A } });
    expect(await sql.query('select metadata, correlation_id from event_journal')).toEqual([
      { metadata: { correlationId: A }, correlation_id: null },
    ]);
  });
});
