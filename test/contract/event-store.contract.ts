import { randomUUID } from 'node:crypto';
import {
  ConcurrencyError,
  DuplicateEventError,
  EventPayloadError,
  EventStore,
  InvalidArgumentError,
  UnappliedEventError,
  UnknownEventTypeError,
  UnregisteredAggregateError,
  type DomainEvent,
  type EventMetadata,
  type ExpectedVersion,
} from 'nestevents';
import { DomainModel } from '../../src/domain/index.js';
import { SchemaRegistry } from '../../src/schema/index.js';
import { MessageContext, type Journal } from '../../src/store/index.js';
import { Note, NoteTaken } from '../fixtures/note.js';
import { Todo, TodoCreated, TodoLabelChanged } from '../fixtures/todo.js';

/** An event store on a journal, with what it published. */
export function storeOn(
  journal: Journal,
  aggregates = [Todo, Note],
  schemas = new SchemaRegistry(),
): { store: EventStore; published: DomainEvent[] } {
  const model = new DomainModel();
  for (const aggregate of aggregates) model.add(aggregate);
  const published: DomainEvent[] = [];
  const store = new EventStore({
    model,
    schemas,
    journal,
    publisher: {
      publish: async (events) => {
        published.push(...events);
      },
    },
    context: new MessageContext(),
    options: { validateAlways: true, addSchemaVersionToEventData: false },
  });
  return { store, published };
}

async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** What every journal has to do, whatever it is kept in. */
export function describeEventStore(name: string, createJournal: () => Promise<Journal>): void {
  describe(`event store on ${name}`, () => {
    let store: EventStore;
    let published: DomainEvent[];
    let journal: Journal;
    const todo = (): { aggregate: typeof Todo; id: string } => ({ aggregate: Todo, id: randomUUID() });
    const labels = (events: DomainEvent[]): string[] => events.map((event) => (event as TodoCreated).label);

    beforeAll(async () => {
      journal = await createJournal();
      await journal.prepare();
    });

    beforeEach(() => {
      ({ store, published } = storeOn(journal));
    });

    describe('appending', () => {
      it('stores events and answers them with their envelope', async () => {
        const stream = todo();
        const before = Date.now();
        const first = new TodoCreated('a');
        const second = new TodoLabelChanged('b');
        const stored = await store.append(stream, [first, second], {
          metadata: { commandId: 'c1', user: { n: 1 } },
        });
        expect(stored).toEqual([first, second]);
        expect(stored[0]).toBe(first);
        expect(first.eventId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
        expect(first).toMatchObject({
          eventType: 'todo_created',
          eventVersion: null,
          aggregateId: stream.id,
          aggregateType: 'todo',
          aggregateVersion: 1,
          metadata: { commandId: 'c1', user: { n: 1 } },
        });
        expect(second.aggregateVersion).toBe(2);
        expect(second.position).toBe(first.position + 1n);
        expect(first.createdAt.getTime()).toBeGreaterThanOrEqual(before - 1000);
        expect(first.createdAt.getTime()).toBeLessThanOrEqual(Date.now() + 1000);
      });

      it('gives back the same events, as instances of their classes', async () => {
        const stream = todo();
        const [created] = await store.append(stream, [new TodoCreated('a')], { metadata: { by: 'me' } });
        const [read] = await collect(store.read(stream));
        expect(read).toBeInstanceOf(TodoCreated);
        expect(read).toStrictEqual(created);
        for (const property of [
          'eventId',
          'position',
          'createdAt',
          'metadata',
          'aggregateVersion',
        ] as const) {
          expect(read![property]).toEqual(created![property]);
        }
      });

      it('publishes them once they are stored, and not when they are refused', async () => {
        const stream = todo();
        const events = [new TodoCreated('a'), new TodoLabelChanged('b')];
        await store.append(stream, events);
        expect(published).toEqual(events);
        await expect(store.append(stream, [new TodoCreated('x')], { expectedVersion: 0 })).rejects.toThrow();
        expect(published).toHaveLength(2);
      });

      it('does nothing for no events', async () => {
        const stream = todo();
        expect(await store.append(stream, [])).toEqual([]);
        expect(await store.version(stream)).toBe(0);
      });

      it('keeps the streams of different aggregates apart, even with one id', async () => {
        const id = randomUUID();
        await store.append({ aggregate: Todo, id }, [new TodoCreated('a')], { expectedVersion: 'no-stream' });
        await store.append({ aggregate: Note, id }, [new NoteTaken('n')], { expectedVersion: 'no-stream' });
        expect(await collect(store.read({ aggregate: Todo, id }))).toHaveLength(1);
        expect(await collect(store.read({ aggregate: Note, id }))).toHaveLength(1);
      });

      it('stores thousands of events at once', async () => {
        const stream = todo();
        const events = Array.from({ length: 12_000 }, (_, n) => new TodoLabelChanged(`${n}`));
        await store.append(stream, events);
        const read = await collect(store.read(stream));
        expect(labels(read)).toEqual(labels(events));
        expect(read.map(({ aggregateVersion }) => aggregateVersion)).toEqual(events.map((_, n) => n + 1));
        expect(isAscending(read.map(({ position }) => position))).toBe(true);
      });
    });

    describe('expected versions', () => {
      const cases: [ExpectedVersion, boolean, boolean][] = [
        // expected, accepted on a new stream, accepted on a stream at version 2
        [0, true, false],
        [1, false, false],
        [2, false, true],
        [3, false, false],
        ['no-stream', true, false],
        ['stream-exists', false, true],
        ['any', true, true],
      ];
      it.each(cases)(
        '%p: on a new stream %p, on one at version 2 %p',
        async (expectedVersion, onNew, onTwo) => {
          for (const [version, accepted] of [
            [0, onNew],
            [2, onTwo],
          ] as const) {
            const stream = todo();
            if (version === 2) await store.append(stream, [new TodoCreated('a'), new TodoLabelChanged('b')]);
            const append = store.append(stream, [new TodoLabelChanged('c')], { expectedVersion });
            if (accepted) {
              expect((await append)[0]!.aggregateVersion).toBe(version + 1);
            } else {
              const error = await append.then(
                () => undefined,
                (reason: unknown) => reason,
              );
              expect(error).toBeInstanceOf(ConcurrencyError);
              expect(error).toMatchObject({
                aggregateType: 'todo',
                aggregateId: stream.id,
                expectedVersion,
                actualVersion: version,
                code: 'CONCURRENCY',
              });
            }
            expect(await store.version(stream)).toBe(version + (accepted ? 1 : 0));
          }
        },
      );

      it.each([-1, 1.5, NaN, Infinity, '1', null, 2 ** 31, 'ANY'])('refuses %p', async (expectedVersion) => {
        const append = store.append(todo(), [new TodoCreated('a')], {
          expectedVersion: expectedVersion as ExpectedVersion,
        });
        await expect(append).rejects.toThrow(InvalidArgumentError);
      });

      it.each(['no-stream', 0, 2, 'stream-exists', 'any'] as ExpectedVersion[])(
        'holds %p in a race of 16 writers',
        async (expectedVersion) => {
          const stream = todo();
          const start = expectedVersion === 2 || expectedVersion === 'stream-exists' ? 2 : 0;
          if (start) await store.append(stream, [new TodoCreated('a'), new TodoLabelChanged('b')]);
          const results = await Promise.allSettled(
            Array.from({ length: 16 }, (_, n) =>
              store.append(stream, [new TodoLabelChanged(`${n}-1`), new TodoLabelChanged(`${n}-2`)], {
                expectedVersion,
              }),
            ),
          );
          const wins = results.filter(({ status }) => status === 'fulfilled').length;
          const exclusive = typeof expectedVersion === 'number' || expectedVersion === 'no-stream';
          expect(wins).toBe(exclusive ? 1 : 16);
          for (const result of results) {
            if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ConcurrencyError);
          }
          const versions = (await collect(store.read(stream))).map(
            ({ aggregateVersion }) => aggregateVersion,
          );
          expect(versions).toEqual(Array.from({ length: start + wins * 2 }, (_, n) => n + 1));
        },
      );
    });

    describe('appending to several streams', () => {
      it('stores all or nothing', async () => {
        const [a, b, c] = [todo(), todo(), todo()];
        await store.append(c, [new TodoCreated('c')]);
        const stored = await store.appendAll([
          { stream: b, events: [new TodoCreated('b')], expectedVersion: 'no-stream' },
          { stream: a, events: [new TodoCreated('a'), new TodoLabelChanged('a2')], expectedVersion: 0 },
          { stream: c, events: [new TodoLabelChanged('c2')], expectedVersion: 1 },
        ]);
        expect(labels(stored)).toEqual(['b', 'a', 'a2', 'c2']);
        expect(stored.map(({ aggregateVersion }) => aggregateVersion)).toEqual([1, 1, 2, 2]);

        const refused = store.appendAll([
          { stream: a, events: [new TodoLabelChanged('a3')], expectedVersion: 2 },
          { stream: b, events: [new TodoLabelChanged('b2')], expectedVersion: 7 },
        ]);
        await expect(refused).rejects.toMatchObject({
          aggregateId: b.id,
          expectedVersion: 7,
          actualVersion: 1,
        });
        expect(await store.version(a)).toBe(2);
        expect(await store.version(b)).toBe(1);
      });

      it('refuses the same stream twice', async () => {
        const stream = todo();
        const twice = store.appendAll([
          { stream, events: [new TodoCreated('a')] },
          { stream, events: [new TodoLabelChanged('b')] },
        ]);
        await expect(twice).rejects.toThrow(InvalidArgumentError);
      });

      it('does not deadlock when many append to the same streams in different orders', async () => {
        const streams = [todo(), todo(), todo()];
        await Promise.all(
          Array.from({ length: 30 }, (_, n) =>
            store.appendAll(
              (n % 2 ? streams : streams.toReversed()).map((stream) => ({
                stream,
                events: [new TodoLabelChanged(`${n}`)],
              })),
            ),
          ),
        );
        for (const stream of streams) expect(await store.version(stream)).toBe(30);
      });
    });

    describe('appending the same again', () => {
      it('answers as before and stores nothing', async () => {
        const stream = todo();
        const events = [new TodoCreated('a'), new TodoLabelChanged('b')];
        await store.append(stream, events, { expectedVersion: 0, metadata: { n: 1 } });
        const positions = events.map(({ position }) => position);
        await store.append(stream, [new TodoLabelChanged('c')]);
        for (const expectedVersion of [0, 'no-stream', 'any', 3] as const) {
          const again = await store.append(stream, events, { expectedVersion, metadata: { n: 2 } });
          expect(again.map(({ position }) => position)).toEqual(positions);
          expect(again.map(({ metadata }) => metadata)).toEqual([{ n: 1 }, { n: 1 }]);
        }
        expect(await store.version(stream)).toBe(3);
        expect(published).toHaveLength(3);
      });

      it('recognises events that were read', async () => {
        const stream = todo();
        await store.append(stream, [new TodoCreated('a')]);
        const read = await collect(store.read(stream));
        expect(await store.append(stream, read)).toEqual(read);
        expect(await store.version(stream)).toBe(1);
      });

      it('is recognised by 16 at once', async () => {
        const stream = todo();
        const events = [new TodoCreated('a'), new TodoLabelChanged('b')];
        await Promise.all(
          Array.from({ length: 16 }, () => store.append(stream, events, { expectedVersion: 0 })),
        );
        expect(await store.version(stream)).toBe(2);
        expect(published).toEqual(events);
      });

      it('refuses what is only partly the same, or elsewhere', async () => {
        const stream = todo();
        const first = new TodoCreated('a');
        await store.append(stream, [first]);
        await expect(store.append(stream, [first, new TodoLabelChanged('b')])).rejects.toThrow(
          DuplicateEventError,
        );
        await expect(store.append(todo(), [first])).rejects.toThrow(DuplicateEventError);
        const twice = new TodoCreated('t');
        await expect(store.append(todo(), [twice, twice])).rejects.toThrow(DuplicateEventError);
        expect(await store.version(stream)).toBe(1);
      });
    });

    describe('reading a stream', () => {
      let stream: { aggregate: typeof Todo; id: string };
      beforeAll(async () => {
        ({ store } = storeOn(journal));
        stream = todo();
        await store.append(
          stream,
          Array.from({ length: 5 }, (_, n) => new TodoLabelChanged(`${n + 1}`)),
        );
      });

      it.each([
        [{}, '12345'],
        [{ fromVersion: 3 }, '345'],
        [{ toVersion: 2 }, '12'],
        [{ fromVersion: 2, toVersion: 4 }, '234'],
        [{ limit: 2 }, '12'],
        [{ limit: 0 }, ''],
        [{ backwards: true }, '54321'],
        [{ backwards: true, limit: 2 }, '54'],
        [{ backwards: true, fromVersion: 2, toVersion: 4, limit: 2 }, '43'],
        [{ fromVersion: 6 }, ''],
        [{ fromVersion: 4, toVersion: 2 }, ''],
      ])('with %p gives %p', async (options, expected) => {
        expect(labels(await collect(store.read(stream, options))).join('')).toBe(expected);
      });

      it('gives nothing for a stream that does not exist', async () => {
        expect(await collect(store.read(todo()))).toEqual([]);
      });

      it('gives what was stored at or before a moment', async () => {
        const past = todo();
        const [first] = await store.append(past, [new TodoCreated('a')]);
        while (Date.now() <= first!.createdAt.getTime() + 1) await new Promise(setImmediate);
        const [second] = await store.append(past, [new TodoLabelChanged('b')]);
        const at = async (asOf: Date): Promise<string> =>
          labels(await collect(store.read(past, { asOf }))).join('');
        expect(await at(first!.createdAt)).toBe('a');
        expect(await at(second!.createdAt)).toBe('ab');
        expect(await at(new Date(first!.createdAt.getTime() - 1))).toBe('');
        expect(await at(new Date(second!.createdAt.getTime() - 1))).toBe('a');
      });

      it.each([
        { fromVersion: 0 },
        { fromVersion: 1.5 },
        { toVersion: -1 },
        { limit: NaN },
        { asOf: new Date('never') },
        { asOf: '2026-01-01' as unknown as Date },
      ])('refuses %p', async (options) => {
        await expect(collect(store.read(stream, options))).rejects.toThrow(InvalidArgumentError);
      });
    });

    describe('reading everything', () => {
      it('gives all events by position, from behind one, of some types, up to a limit', async () => {
        const start = (await collect(store.readAll())).at(-1)?.position ?? 0n;
        const stream = todo();
        const note = { aggregate: Note, id: randomUUID() };
        await store.append(stream, [new TodoCreated('a')]);
        await store.append(note, [new NoteTaken('n')]);
        await store.append(stream, [new TodoLabelChanged('b')]);
        const all = await collect(store.readAll({ after: start }));
        expect(all.map(({ eventType }) => eventType)).toEqual([
          'todo_created',
          'note_taken',
          'todo_label_changed',
        ]);
        expect(isAscending(all.map(({ position }) => position))).toBe(true);
        const types = async (wanted: readonly (typeof TodoCreated | string)[]): Promise<string> =>
          (await collect(store.readAll({ after: start, types: wanted })))
            .map(({ eventType }) => eventType)
            .join();
        expect(await types([TodoCreated, TodoLabelChanged])).toBe('todo_created,todo_label_changed');
        expect(await types(['note_taken'])).toBe('note_taken');
        expect(await types([])).toBe('');
        expect(await collect(store.readAll({ after: start, limit: 2 }))).toEqual(all.slice(0, 2));
        expect(await collect(store.readAll({ after: start, limit: 1, types: [TodoLabelChanged] }))).toEqual([
          all[2],
        ]);
        expect(await collect(store.readAll({ after: all.at(-1)!.position }))).toEqual([]);
      });

      it.each([{ after: -1n }, { after: 2n ** 63n }, { after: 1 as unknown as bigint }, { limit: -1 }])(
        'refuses %p',
        async (options) => {
          await expect(collect(store.readAll(options))).rejects.toThrow(InvalidArgumentError);
        },
      );
    });

    describe('payloads', () => {
      const cyclic: Record<string, unknown> = {};
      cyclic['self'] = { deep: [cyclic] };

      it.each<[string, unknown]>([
        ['null', null],
        ['empty text', ''],
        ['unicode', 'žluťoučký 🐎 \u2028 \\ " \u0001 \uFFFF'],
        ['integers beyond 2^53', 9_007_199_254_740_993n],
        ['a large negative bigint', -(10n ** 40n)],
        ['a small bigint', 5n],
        ['numbers', [0, -1.5, 1e300, 5e-324, Number.MAX_SAFE_INTEGER, 2 ** 60, 0.1 + 0.2]],
        ['booleans', [true, false]],
        ['nested objects', { a: { b: [{ c: null }, [], {}] }, '': 'empty key', 'x/y~z': { 'd.e': 1n } }],
        ['dates', { at: new Date('2026-01-31T12:34:56.789Z'), list: [new Date(0)] }],
        ['bytes', { raw: Buffer.from([0, 255, 1]), none: Buffer.alloc(0) }],
        ['names of Object.prototype', { constructor: 'c', toString: 1, hasOwnProperty: null }],
        ['a property __proto__', JSON.parse('{"__proto__": {"polluted": true}, "a": {"__proto__": 1}}')],
        ['a bigint under __proto__', Object.defineProperty({}, '__proto__', { value: 7n, enumerable: true })],
        ['hostile text', '\'; drop table event_journal; -- ${x} $1 {{y}} \n\t{1,2} "" \\N'],
      ])('keep %s', async (_, content) => {
        const stream = { aggregate: Note, id: randomUUID() };
        await store.append(stream, [new NoteTaken(content)]);
        const [read] = await collect(store.read(stream));
        expect((read as NoteTaken).content).toStrictEqual(content);
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      });

      it('keep a property __proto__ of the event itself', async () => {
        const stream = { aggregate: Note, id: randomUUID() };
        const event = Object.defineProperty(new NoteTaken(1), '__proto__', {
          value: { x: 1n },
          enumerable: true,
        });
        await store.append(stream, [event]);
        const [read] = await collect(store.read(stream));
        expect(read).toBeInstanceOf(NoteTaken);
        expect(Object.getOwnPropertyDescriptor(read, '__proto__')?.value).toEqual({ x: 1n });
      });

      it.each<[string, unknown, string, string]>([
        ['undefined', { a: [1, undefined] }, 'content.a[1]', 'undefined'],
        ['a hole', { a: Array(1) }, 'content.a[0]', 'undefined'],
        ['NaN', { a: { b: NaN } }, 'content.a.b', 'NaN'],
        ['infinity', [-Infinity], 'content[0]', 'Infinity'],
        ['a function', { 'odd name': () => 1 }, 'content["odd name"]', 'function'],
        ['a symbol', Symbol('s'), 'content', 'symbol'],
        ['a cycle', cyclic, 'content.self.deep[0]', 'refers back'],
        ['a Map', { m: new Map() }, 'content.m', 'Map'],
        ['a Set', new Set(), 'content', 'Set'],
        ['an invalid Date', new Date(NaN), 'content', 'invalid Date'],
        [
          'an object with methods',
          new (class Money {
            add(): void {}
          })(),
          'content',
          'Money',
        ],
        ['U+0000', { t: 'a\0b' }, 'content.t', 'U+0000'],
        ['U+0000 in a name', { 'a\0b': 1 }, 'content["a\\u0000b"]', 'U+0000'],
        ['half a surrogate pair', { t: '\ud800' }, 'content.t', 'surrogate'],
      ])('refuse %s', async (_, content, path, problem) => {
        const stream = { aggregate: Note, id: randomUUID() };
        const error: unknown = await store
          .append(stream, [new NoteTaken(content)])
          .catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(EventPayloadError);
        expect(error).toMatchObject({ event: 'NoteTaken', path });
        expect((error as Error).message).toContain(problem);
        expect(await store.version(stream)).toBe(0);
      });

      it('refuse what is nested too deeply or too large', async () => {
        let deep: unknown = 1;
        for (let n = 0; n < 100_000; n += 1) deep = [deep];
        const note = { aggregate: Note, id: randomUUID() };
        await expect(store.append(note, [new NoteTaken(deep)])).rejects.toThrow(/nested deeper/);
        await expect(store.append(note, [new NoteTaken('x'.repeat(17 * 1024 * 1024))])).rejects.toThrow(
          /16 MiB/,
        );
      });

      it('keep 5 MiB of text', async () => {
        const note = { aggregate: Note, id: randomUUID() };
        const text = 'ž'.repeat(5 * 1024 * 512);
        await store.append(note, [new NoteTaken(text)]);
        expect(((await collect(store.read(note)))[0] as NoteTaken).content === text).toBe(true);
      });
    });

    describe('metadata', () => {
      it('leaves out what is undefined and refuses what is not JSON', async () => {
        const [event] = await store.append(todo(), [new TodoCreated('a')], {
          metadata: { a: undefined, b: null },
        });
        expect(event!.metadata).toEqual({ b: null });
        for (const none of ['x', 5, null, [], new Map()] as unknown[]) {
          const append = store.append(todo(), [new TodoCreated('a')], { metadata: none as EventMetadata });
          if (none !== null) await expect(append).rejects.toThrow(/^metadata is no plain object/);
          else await append;
        }
        for (const bad of [{ at: new Date() }, { n: 1n }, { f: (): void => {} }, { x: { y: NaN } }]) {
          await expect(store.append(todo(), [new TodoCreated('a')], { metadata: bad })).rejects.toThrow(
            /^metadata\./,
          );
        }
      });
    });

    describe('ids', () => {
      it.each([
        "'; drop table x; --",
        '../../etc',
        'žluťoučký 🐎',
        ' ',
        '{a,b}',
        'null',
        '\\x00',
        'x'.repeat(1000),
      ])('may be %p', async (id) => {
        const stream = { aggregate: Todo, id: id.length === 1000 ? id : `${id}${randomUUID()}` };
        await store.append(stream, [new TodoCreated('a')]);
        const [event] = await collect(store.read(stream));
        expect(event!.aggregateId).toBe(stream.id);
      });

      it.each(['', 'a\0b', '\ud800', 'x'.repeat(1001), 'ž'.repeat(501), 5, null, undefined, {}])(
        'cannot be %p',
        async (id) => {
          const stream = { aggregate: Todo, id: id as string };
          await expect(store.append(stream, [new TodoCreated('a')])).rejects.toThrow(InvalidArgumentError);
          await expect(collect(store.read(stream))).rejects.toThrow(InvalidArgumentError);
        },
      );
    });

    describe('what is not registered', () => {
      class Stranger extends Todo {}

      it('is refused', async () => {
        const id = randomUUID();
        await expect(store.append({ aggregate: Stranger, id }, [new TodoCreated('a')])).rejects.toThrow(
          UnregisteredAggregateError,
        );
        await expect(store.append({ aggregate: Todo, id }, [new NoteTaken('n')])).rejects.toThrow(
          UnappliedEventError,
        );
        for (const nothing of [null, undefined, {}, 'event'] as unknown[]) {
          const append = store.append({ aggregate: Todo, id }, [nothing as DomainEvent]);
          await expect(append).rejects.toThrow(InvalidArgumentError);
        }
        expect(await store.version({ aggregate: Todo, id })).toBe(0);
      });

      it('is not instantiated when it is read', async () => {
        const stream = todo();
        const note = { aggregate: Note, id: randomUUID() };
        const [stored] = await store.append(note, [new NoteTaken('n')]);
        await store.append(stream, [new TodoCreated('a')]);
        const { store: without } = storeOn(journal, [Todo]);
        const after = stored!.position - 1n;
        await expect(collect(without.readAll({ after }))).rejects.toThrow(UnknownEventTypeError);
        expect(await collect(without.readAll({ after, types: [TodoCreated] }))).toHaveLength(1);
      });
    });
  });
}

function isAscending(positions: bigint[]): boolean {
  return positions.every((position, index) => index === 0 || position > positions[index - 1]!);
}
