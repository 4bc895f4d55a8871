import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import {
  ConcurrentImportError,
  ImportedEventError,
  ImportInterruptedError,
  InvalidArgumentError,
  type DomainEvent,
  type EventStore,
  type ImportedEvent,
  type ImportItem,
  type ImportOptions,
  type ImportProgress,
} from 'nestevents';
import type { Journal } from '../../src/store/index.js';
import { Note, NoteTaken } from '../fixtures/note.js';
import { Todo, TodoCreated, TodoLabelChanged } from '../fixtures/todo.js';
import { storeOn } from './event-store.contract.js';

/** Events of some streams in turns, with what tells them apart. */
export function numbered(count: number, streams: readonly string[], from = 0): ImportedEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index;
    return {
      stream: { aggregate: Todo, id: streams[number % streams.length]! },
      event: new TodoLabelChanged(`${number}`),
    };
  });
}

async function* asynchronously<T>(items: Iterable<T>): AsyncGenerator<T, void, void> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

/** What every journal has to do with imports, whatever it is kept in. */
export function describeEventImport(name: string, createJournal: () => Promise<Journal>): void {
  describe(`imports on ${name}`, () => {
    let journal: Journal;
    let store: EventStore;
    let published: DomainEvent[];
    let before: bigint;
    let importName: string;
    let streams: string[];

    beforeAll(async () => {
      journal = await createJournal();
      await journal.prepare();
    });

    beforeEach(async () => {
      ({ store, published } = storeOn(journal));
      before = await journal.head();
      importName = `import ${randomUUID()}`;
      streams = [randomUUID(), randomUUID(), randomUUID()];
    });

    async function stored(): Promise<DomainEvent[]> {
      const events: DomainEvent[] = [];
      for await (const event of store.readAll({ after: before })) events.push(event);
      return events;
    }

    const labels = async (): Promise<string[]> =>
      (await stored()).map((event) => (event as TodoLabelChanged).label);
    const upTo = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`);
    const failure = async (
      source: Parameters<EventStore['import']>[1],
      options?: ImportOptions,
    ): Promise<unknown> =>
      store.import(importName, source, options).then(
        () => undefined,
        (error: unknown) => error,
      );

    it('stores events in the order of the source, with versions that follow on', async () => {
      const [first] = streams as [string];
      await store.append({ aggregate: Todo, id: first }, [new TodoCreated('was here')]);
      before = await journal.head();
      const progress = await store.import(importName, asynchronously(numbered(2500, streams)));
      const events = await stored();
      expect(await labels()).toEqual(upTo(2500));
      expect(progress).toEqual({ done: 2500, stored: 2500, position: events.at(-1)!.position });
      for (const id of streams) {
        const versions = events
          .filter((event) => event.aggregateId === id)
          .map((event) => event.aggregateVersion);
        expect(versions).toEqual(versions.map((_, index) => index + (id === first ? 2 : 1)));
      }
      await store.append({ aggregate: Todo, id: first }, [new TodoLabelChanged('goes on')], {
        expectedVersion: events.findLast(({ aggregateId }) => aggregateId === first)!.aggregateVersion,
      });
    });

    it('keeps the envelope that is given, and makes the rest', async () => {
      const [id] = streams as [string];
      const eventId = randomUUID();
      const createdAt = new Date('1999-12-31T23:59:59.999Z');
      const metadata = { user: 'ada', nested: { n: [1, null] } };
      const stream = { aggregate: Todo, id };
      const start = Date.now();
      await store.import(importName, [
        { stream, event: new TodoCreated('a'), eventId: eventId.toUpperCase(), createdAt, metadata },
        { stream, event: new TodoLabelChanged('b') },
      ]);
      const [a, b] = await stored();
      expect(a).toMatchObject({
        eventId,
        createdAt,
        metadata,
        aggregateVersion: 1,
        eventType: 'todo_created',
      });
      expect(b).toMatchObject({ metadata: {}, aggregateVersion: 2 });
      expect(b!.eventId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
      expect(Math.abs(b!.createdAt.getTime() - start)).toBeLessThan(10_000);
      const past: DomainEvent[] = [];
      for await (const event of store.read(stream, { asOf: new Date('2000-01-01') })) past.push(event);
      expect(past.map(({ aggregateVersion }) => aggregateVersion)).toEqual([1]);
    });

    it('takes over events as another store gives them', async () => {
      const stream = { aggregate: Todo, id: streams[0]! };
      const [event] = await store.append(stream, [new TodoCreated('a')], { metadata: { by: 'me' } });
      const { store: other } = storeOn(await createJournal());
      await other.import(importName, [
        {
          stream: { aggregate: Todo, id: streams[1]! },
          event: event!,
          metadata: event!.metadata,
          createdAt: event!.createdAt,
          eventId: randomUUID(),
        },
      ]);
      const copies: DomainEvent[] = [];
      for await (const copy of other.read({ aggregate: Todo, id: streams[1]! })) copies.push(copy);
      expect(copies).toEqual([event]);
      expect(copies[0]).toMatchObject({ createdAt: event!.createdAt, metadata: { by: 'me' } });
    });

    it('keeps every date, id and text that can be stored', async () => {
      const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.record({
              id: fc.oneof(text, fc.constantFrom('null', 'NULL', '{}', 'a,b', '"', '\\', 'a\nb', ' ', '\t')),
              label: fc.oneof(
                text,
                fc.constantFrom('null', 'a\nb\r\n', String.raw`\n\u0000`, '', '__proto__'),
              ),
              createdAt: fc.date({ min: new Date('0001-01-01'), max: new Date(), noInvalidDate: true }),
              eventId: fc.uuid(),
            }),
            { minLength: 1, maxLength: 30 },
          ),
          fc.integer({ min: 1, max: 10 }),
          async (given, batchSize) => {
            const usable = given.filter(({ id }) => id.isWellFormed() && !id.includes('\0'));
            const salt = randomUUID();
            const head = await journal.head();
            await store.import(
              `${importName} ${salt}`,
              usable.map(({ id, label, ...rest }) => ({
                stream: { aggregate: Todo, id: `${salt}${id}` },
                event: new TodoLabelChanged(label),
                metadata: { label },
                ...rest,
              })),
              { batchSize },
            );
            const events: DomainEvent[] = [];
            for await (const event of store.readAll({ after: head })) events.push(event);
            expect(
              events.map((event) => ({
                id: event.aggregateId.slice(salt.length),
                label: (event as TodoLabelChanged).label,
                again: event.metadata['label'],
                createdAt: event.createdAt,
                eventId: event.eventId,
              })),
            ).toEqual(usable.map((each) => ({ ...each, again: each.label })));
          },
        ),
        { numRuns: 30 },
      );
    });

    it('goes on behind what is stored, from an iterable and from a function', async () => {
      const all = numbered(50, streams);
      const first = store.import(importName, asynchronously(all.slice(0, 20)), { batchSize: 7 });
      expect(await first).toMatchObject({ done: 20, stored: 20 });
      expect(await store.import(importName, all.slice(0, 33))).toMatchObject({ done: 33, stored: 13 });
      const asked: number[] = [];
      const rest = await store.import(importName, (done) => {
        asked.push(done);
        return all.slice(done);
      });
      expect(rest).toMatchObject({ done: 50, stored: 17 });
      expect(asked).toEqual([33]);
      expect(await store.import(importName, all)).toEqual({ done: 50, stored: 0, position: null });
      expect(await labels()).toEqual(upTo(50));
    });

    it('refuses a source that is not the one it was', async () => {
      await store.import(importName, numbered(10, streams));
      const shorter = await failure(numbered(9, streams));
      expect(shorter).toBeInstanceOf(InvalidArgumentError);
      expect(String(shorter)).toMatch(
        /10 events are stored under the name of this import, but .* ends after 9/,
      );
      const across = await failure([numbered(9, streams), numbered(2, streams)]);
      expect(String(across)).toMatch(/gives an array across that place/);
      expect(await labels()).toEqual(upTo(10));
    });

    it('tells how far it has come after each batch', async () => {
      const seen: ImportProgress[] = [];
      await store.import(importName, numbered(5, streams), { batchSize: 2 });
      await store.import(importName, numbered(10, streams), {
        batchSize: 2,
        onProgress: (progress) => void seen.push(progress),
      });
      expect(seen.map(({ done, stored: fresh }) => [done, fresh])).toEqual([
        [7, 2],
        [9, 4],
        [10, 5],
      ]);
      const positions = (await stored()).map(({ position }) => position);
      expect(seen.map(({ position }) => position)).toEqual([positions[6], positions[8], positions[9]]);
    });

    it('wakes those who wait for events, and calls no handlers in process', async () => {
      let calls = 0;
      store.onStored(() => (calls += 1));
      await store.import(importName, numbered(10, streams), { batchSize: 4 });
      expect(calls).toBe(3);
      expect(published).toEqual([]);
    });

    it('stores an array whole, though it is larger than a batch', async () => {
      const all = numbered(20, streams);
      const seen: number[] = [];
      await store.import(importName, [all.slice(0, 2), [], all.slice(2, 13), ...all.slice(13)], {
        batchSize: 3,
        onProgress: ({ done }) => void seen.push(done),
      });
      expect(seen).toEqual([13, 16, 19, 20]);
      expect(await labels()).toEqual(upTo(20));
    });

    it.each<[string, ImportItem[]]>([
      ['no events', []],
      ['empty arrays', [[], []]],
    ])('stores nothing of %s', async (_, items) => {
      expect(await store.import(importName, items)).toEqual({ done: 0, stored: 0, position: null });
      expect(await store.import(importName, asynchronously(items))).toMatchObject({ done: 0 });
      expect(await stored()).toEqual([]);
    });

    it('names the event that is wrong, and stores nothing of its batch', async () => {
      const all = numbered(30, streams);
      const wrong = { ...all[14]!, event: new TodoLabelChanged(undefined as unknown as string) };
      const error = await failure(asynchronously(all.with(14, wrong)), { batchSize: 10 });
      expect(error).toBeInstanceOf(ImportedEventError);
      expect(error).toMatchObject({ code: 'IMPORTED_EVENT', importName, eventNumber: 15 });
      expect((error as Error).cause).toMatchObject({ code: 'EVENT_PAYLOAD' });
      expect(String(error)).toContain(`Event 15 (Todo "${streams[2]}") of the import "${importName}"`);
      expect(await labels()).toEqual(upTo(10));
      expect(await store.import(importName, all, { batchSize: 10 })).toMatchObject({ done: 30, stored: 20 });
      expect(await labels()).toEqual(upTo(30));
    });

    const item = (): ImportedEvent => ({
      stream: { aggregate: Todo, id: randomUUID() },
      event: new TodoCreated('a'),
    });
    it.each<[string, () => unknown, RegExp]>([
      ['nothing', () => undefined, /without a stream/],
      ['null', () => null, /without a stream/],
      ['text', () => 'abc', /without a stream/],
      ['an event alone', () => new TodoCreated('a'), /without a stream/],
      ['no event', () => ({ stream: item().stream }), /undefined was to be appended/],
      ['an event of another aggregate', () => ({ ...item(), event: new NoteTaken('a') }), /no @Apply/],
      [
        'an unknown aggregate',
        () => ({ ...item(), stream: { aggregate: class X {}, id: 'a' } }),
        /X is not reg/,
      ],
      ['no id', () => ({ ...item(), stream: { aggregate: Todo } }), /The id of Todo is of type undefined/],
      ['a bad id', () => ({ ...item(), eventId: 'not-a-uuid' }), /eventId is "not-a-uuid"/],
      ['no date', () => ({ ...item(), createdAt: 'now' }), /createdAt is string/],
      ['a bad date', () => ({ ...item(), createdAt: new Date(NaN) }), /createdAt is an invalid Date/],
      ['the future', () => ({ ...item(), createdAt: new Date(Date.now() + 60_000) }), /createdAt is 2/],
      ['before our era', () => ({ ...item(), createdAt: new Date(-1e14) }), /createdAt is -00/],
      ['bad metadata', () => ({ ...item(), metadata: { at: new Date() } }), /is of the type date/],
      ['metadata that is none', () => ({ ...item(), metadata: 'abc' }), /is no plain object/],
    ])('refuses an item that is or has %s', async (_, bad, message) => {
      const error = await failure([item(), bad() as ImportedEvent]);
      expect(error).toBeInstanceOf(ImportedEventError);
      expect(error).toMatchObject({ eventNumber: 2, message: expect.stringMatching(message) as string });
      expect(await stored()).toEqual([]);
      expect(await store.import(importName, [item(), item()])).toMatchObject({ done: 2, stored: 2 });
    });

    it('refuses an id that is stored already, or comes twice', async () => {
      const [existing] = await store.append({ aggregate: Todo, id: streams[0]! }, [new TodoCreated('a')]);
      before = await journal.head();
      const all = numbered(30, streams);
      const again = all.with(17, { ...all[17]!, eventId: existing!.eventId });
      expect(await failure(again, { batchSize: 10 })).toMatchObject({
        code: 'IMPORTED_EVENT',
        eventNumber: 18,
        cause: { code: 'DUPLICATE_EVENT', eventIds: [existing!.eventId] },
      });
      expect(await labels()).toEqual(upTo(10));
      const eventId = randomUUID();
      const twice = all.with(21, { ...all[21]!, eventId }).with(25, { ...all[25]!, eventId });
      expect(await failure(twice, { batchSize: 10 })).toMatchObject({ eventNumber: 26 });
      expect(await labels()).toEqual(upTo(20));
      expect(await store.import(importName, all)).toMatchObject({ done: 30 });
    });

    it.each([0, -1, 1.5, NaN, 10_001, '5', null])('refuses a batch size of %p', async (batchSize) => {
      const error = await failure([], { batchSize } as ImportOptions);
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(String(error)).toMatch(/batchSize is/);
    });

    it.each(['', 'a\0b', 'x'.repeat(201), '\uD800', null, undefined, 5])(
      'refuses %p as a name',
      async (bad) => {
        await expect(store.import(bad as string, [])).rejects.toThrow(/The name of the import is/);
      },
    );

    it.each([undefined, null, 5, 'events', Promise.resolve([]), {}, () => undefined])(
      'refuses %p as a source',
      async (source) => {
        const error = await failure(source as never);
        expect(error).toBeInstanceOf(InvalidArgumentError);
        expect(await store.import(importName, [])).toMatchObject({ done: 0 });
      },
    );

    it('passes on an error of the source, behind what it gave in full batches', async () => {
      const broken = new Error('the old database went away');
      async function* source(): AsyncGenerator<ImportedEvent> {
        yield* numbered(25, streams);
        throw broken;
      }
      expect(await failure(source(), { batchSize: 10 })).toBe(broken);
      expect(await labels()).toEqual(upTo(20));
      expect(await failure(() => { throw broken; })).toBe(broken); // prettier-ignore
      expect(await store.import(importName, numbered(25, streams))).toMatchObject({ stored: 5 });
    });

    it('reads no more than one batch ahead', async () => {
      let read = 0;
      let most = 0;
      function* source(): Generator<ImportedEvent> {
        for (const event of numbered(100, streams)) {
          read += 1;
          yield event;
        }
      }
      await store.import(importName, source(), {
        batchSize: 10,
        onProgress: ({ done }) => (most = Math.max(most, read - done)),
      });
      expect(most).toBeLessThanOrEqual(10);
      expect(read).toBe(100);
    });

    it('ends behind its batch when it is aborted, and ends the source', async () => {
      const abort = new AbortController();
      const reason = new Error('that is enough');
      let ended = false;
      async function* source(): AsyncGenerator<ImportedEvent> {
        try {
          for (let n = 0; ; n += 1) yield* numbered(1, streams, n);
        } finally {
          ended = true;
        }
      }
      const error = await failure(source(), {
        batchSize: 10,
        signal: abort.signal,
        onProgress: ({ done }) => done === 30 && abort.abort(reason),
      });
      expect(error).toBe(reason);
      expect(ended).toBe(true);
      expect((await stored()).length % 10).toBe(0);
      const { done } = await store.import(importName, (stored) => numbered(40 - stored, streams, stored));
      expect(done).toBe(40);
      expect(await labels()).toEqual(upTo(40));
    });

    it('does not wait for a source that hangs when it is aborted', async () => {
      const abort = new AbortController();
      let returned = false;
      const hanging: AsyncIterable<ImportedEvent> = {
        [Symbol.asyncIterator]: () => ({
          next: () => {
            setTimeout(() => abort.abort(), 20);
            return new Promise(() => undefined);
          },
          return: () => {
            returned = true;
            return new Promise(() => undefined);
          },
        }),
      };
      await expect(store.import(importName, hanging, { signal: abort.signal })).rejects.toThrow(/aborted/);
      expect(returned).toBe(true);
      const aborted = AbortSignal.abort(new Error('before it began'));
      expect(String(await failure(numbered(1, streams), { signal: aborted }))).toMatch(/before it began/);
      expect(await stored()).toEqual([]);
    });

    it('passes on what onProgress throws, behind that batch', async () => {
      const error = await failure(numbered(30, streams), {
        batchSize: 10,
        onProgress: () => {
          throw new Error('no more');
        },
      });
      expect(String(error)).toMatch('no more');
      expect(await labels()).toEqual(upTo(10));
    });

    it('is stopped with the store', async () => {
      let progress: (value: unknown) => void = () => undefined;
      const begun = new Promise((resolve) => (progress = resolve));
      function* endless(): Generator<ImportedEvent> {
        for (let n = 0; ; n += 1) yield* numbered(1, streams, n);
      }
      const error = failure(endless(), { batchSize: 5, onProgress: progress });
      await begun;
      await store.stopImports();
      expect(await error).toBeInstanceOf(ImportInterruptedError);
      expect((await stored()).length % 5).toBe(0);
    });

    it('is run by one at a time', async () => {
      const other = storeOn(journal).store;
      let second: Promise<unknown> | undefined;
      async function* source(): AsyncGenerator<ImportedEvent> {
        yield* numbered(10, streams);
        second = other.import(importName, numbered(20, streams));
        await second.catch(() => undefined);
        yield* numbered(10, streams, 10);
      }
      expect(await store.import(importName, source(), { batchSize: 5 })).toMatchObject({ done: 20 });
      await expect(second).rejects.toThrow(ConcurrentImportError);
      expect(await other.import(importName, numbered(21, streams))).toMatchObject({ done: 21, stored: 1 });
      expect(await labels()).toEqual(upTo(21));
    });

    it('of another name knows nothing of it', async () => {
      const note = { stream: { aggregate: Note, id: streams[0]! }, event: new NoteTaken('a') };
      await Promise.all([
        store.import(importName, numbered(100, streams)),
        store.import(`${importName}, other`, [note, { ...note, event: new NoteTaken('b') }]),
      ]);
      expect(await stored()).toHaveLength(102);
    });
  });
}
