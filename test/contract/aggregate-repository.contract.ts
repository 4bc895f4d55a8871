import { randomUUID } from 'node:crypto';
import {
  AggregateAlreadyExistsError,
  AggregateNotFoundError,
  AggregateRepository,
  ConcurrencyError,
  EventPayloadError,
  InvalidArgumentError,
  PastAggregateError,
  type AggregateClass,
  type AggregateRoot,
  type DomainEvent,
} from 'nestevents';
import type { Journal } from '../../src/store/index.js';
import { Note } from '../fixtures/note.js';
import { Todo, TodoLabelChanged } from '../fixtures/todo.js';
import { storeOn } from './event-store.contract.js';

/** What a repository does on any journal. */
export function describeRepository(name: string, createJournal: () => Promise<Journal>): void {
  describe(`repository on ${name}`, () => {
    let todos: AggregateRepository<Todo>;
    let notes: AggregateRepository<Note>;
    let published: DomainEvent[];

    beforeAll(async () => {
      const journal = await createJournal();
      await journal.prepare();
      const created = storeOn(journal);
      published = created.published;
      const repository = <A extends AggregateRoot>(aggregate: AggregateClass<A>, type: string) =>
        new AggregateRepository(aggregate, type, created.store);
      todos = repository(Todo, 'todo');
      notes = repository(Note, 'note');
    });

    async function saved(...labels: [string, ...string[]]): Promise<Todo> {
      const todo = Todo.create(randomUUID(), labels[0]);
      for (const label of labels.slice(1)) todo.changeLabel(label);
      await todos.save(todo);
      return todo;
    }

    it('saves and loads', async () => {
      const todo = Todo.create(randomUUID(), 'a');
      todo.changeLabel('b');
      const events = await todos.save(todo, { metadata: { commandId: 'c' } });
      expect(events.map(({ aggregateVersion }) => aggregateVersion)).toEqual([1, 2]);
      expect(todo.version).toBe(2);
      expect(todo.getUncommittedEvents()).toEqual([]);
      const loaded = await todos.load(todo.id);
      expect(loaded).toBeInstanceOf(Todo);
      expect(loaded).toMatchObject({ id: todo.id, label: 'b', version: 2 });
      loaded.changeLabel('c');
      await todos.save(loaded);
      expect(await todos.find(todo.id)).toMatchObject({ label: 'c', version: 3 });
    });

    it('stores nothing when nothing happened', async () => {
      const todo = await saved('a');
      const before = published.length;
      expect(await todos.save(todo)).toEqual([]);
      expect(published).toHaveLength(before);
    });

    it('knows what exists', async () => {
      const { id } = await saved('a');
      expect(await todos.exists(id)).toBe(true);
      expect(await todos.exists(randomUUID())).toBe(false);
      expect(await notes.exists(id)).toBe(false);
    });

    it('throws, or answers null, for what does not exist', async () => {
      const id = randomUUID();
      expect(await todos.find(id)).toBeNull();
      expect(await todos.history(id)).toEqual([]);
      await expect(todos.load(id)).rejects.toThrow(AggregateNotFoundError);
      await expect(todos.load(id)).rejects.toMatchObject({
        code: 'AGGREGATE_NOT_FOUND',
        aggregateType: 'todo',
        aggregateId: id,
      });
      await expect(todos.load('')).rejects.toThrow(InvalidArgumentError);
    });

    it('gives the history', async () => {
      const { id } = await saved('a', 'b');
      const history = await todos.history(id);
      expect(history.map(({ eventType }) => eventType)).toEqual(['todo_created', 'todo_label_changed']);
      expect(history[1]).toStrictEqual(new TodoLabelChanged('b'));
    });

    it('loads more events than a page has', async () => {
      const todo = Todo.create(randomUUID(), '1');
      for (let n = 2; n <= 2_500; n += 1) todo.changeLabel(`${n}`);
      await todos.save(todo);
      expect(await todos.load(todo.id)).toMatchObject({ label: '2500', version: 2500 });
      expect(await todos.load(todo.id, { version: 1700 })).toMatchObject({ label: '1700', version: 1700 });
    });

    describe('time travel', () => {
      it('loads the state after a version', async () => {
        const { id } = await saved('a', 'b', 'c');
        expect(await todos.load(id, { version: 1 })).toMatchObject({ label: 'a', version: 1 });
        expect(await todos.load(id, { version: 3 })).toMatchObject({ label: 'c', version: 3 });
        await expect(todos.load(id, { version: 4 })).rejects.toThrow(/There is no todo ".*" at version 4/);
        expect(await todos.find(id, { version: 4 })).toBeNull();
        expect(await todos.find(id, { version: 0 })).toBeNull();
      });

      it('loads the state of a moment', async () => {
        const todo = await saved('a');
        const [first] = await todos.history(todo.id);
        while (Date.now() <= first!.createdAt.getTime() + 2) await new Promise(setImmediate);
        todo.changeLabel('b');
        const [second] = await todos.save(todo);
        expect(await todos.load(todo.id, { asOf: first!.createdAt })).toMatchObject({
          label: 'a',
          version: 1,
        });
        expect(await todos.load(todo.id, { asOf: second!.createdAt })).toMatchObject({
          label: 'b',
          version: 2,
        });
        const before = new Date(first!.createdAt.getTime() - 1);
        expect(await todos.find(todo.id, { asOf: before })).toBeNull();
        await expect(todos.load(todo.id, { asOf: before })).rejects.toThrow(`as of ${before.toISOString()}`);
      });

      it('does not save the past, not even the last of it', async () => {
        const { id } = await saved('a', 'b');
        for (const moment of [{ version: 1 }, { version: 2 }, { asOf: new Date(Date.now() + 1000) }]) {
          const past = await todos.load(id, moment);
          past.changeLabel('x');
          await expect(todos.save(past)).rejects.toThrow(PastAggregateError);
        }
        expect(await todos.load(id)).toMatchObject({ label: 'b', version: 2 });
      });

      it.each([{ version: 1.5 }, { version: -1 }, { asOf: new Date(NaN) }, { version: 1, asOf: new Date() }])(
        'refuses %p',
        async (moment) => {
          const { id } = await saved('a');
          await expect(todos.load(id, moment)).rejects.toThrow(InvalidArgumentError);
        },
      );
    });

    describe('conflicts', () => {
      it('refuses to create what exists', async () => {
        const { id } = await saved('a');
        const again = Todo.create(id, 'b');
        const error: unknown = await todos.save(again).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(AggregateAlreadyExistsError);
        expect(error).toBeInstanceOf(ConcurrencyError);
        expect(error).toMatchObject({ code: 'AGGREGATE_ALREADY_EXISTS', aggregateId: id, actualVersion: 1 });
        expect(again.getUncommittedEvents()).toHaveLength(1);
        expect(await todos.load(id)).toMatchObject({ label: 'a', version: 1 });
      });

      it('refuses a stale aggregate, with facts, and keeps its events', async () => {
        const { id } = await saved('a');
        const [one, two] = [await todos.load(id), await todos.load(id)];
        one.changeLabel('one');
        two.changeLabel('two');
        await todos.save(one);
        await expect(todos.save(two)).rejects.toMatchObject({
          code: 'CONCURRENCY',
          aggregateType: 'todo',
          aggregateId: id,
          expectedVersion: 1,
          actualVersion: 2,
        });
        expect(two.getUncommittedEvents()).toHaveLength(1);
        expect(await todos.load(id)).toMatchObject({ label: 'one' });
      });

      it('lets one of 16 create, and one of 16 change', async () => {
        const id = randomUUID();
        const outcome = async (attempts: Promise<unknown>[]): Promise<number> => {
          const results = await Promise.allSettled(attempts);
          for (const result of results) {
            if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ConcurrencyError);
          }
          return results.filter(({ status }) => status === 'fulfilled').length;
        };
        expect(await outcome(Array.from({ length: 16 }, (_, n) => todos.save(Todo.create(id, `${n}`))))).toBe(
          1,
        );
        const loaded = await Promise.all(Array.from({ length: 16 }, () => todos.load(id)));
        loaded.forEach((todo, n) => todo.changeLabel(`${n}`));
        expect(await outcome(loaded.map((todo) => todos.save(todo)))).toBe(1);
        expect(await todos.load(id)).toMatchObject({ version: 2 });
      });

      it('loses no update of 16 that load, change and try again', async () => {
        const { id } = await saved('0');
        await Promise.all(
          Array.from({ length: 16 }, async () => {
            for (;;) {
              const todo = await todos.load(id);
              todo.changeLabel(`${Number(todo.label) + 1}`);
              try {
                await todos.save(todo);
                return;
              } catch (error) {
                if (!(error instanceof ConcurrencyError)) throw error;
              }
            }
          }),
        );
        expect(await todos.load(id)).toMatchObject({ label: '16', version: 17 });
      });
    });

    it('keeps the events of a refused save queued, and saves them when they are right', async () => {
      const note = Note.take(randomUUID(), { bad: NaN });
      await expect(notes.save(note)).rejects.toThrow(EventPayloadError);
      expect(note.getUncommittedEvents()).toHaveLength(1);
      expect(note.version).toBe(0);
    });

    it('answers a save that is made twice at once as one', async () => {
      const todo = Todo.create(randomUUID(), 'a');
      const [one, two] = await Promise.all([todos.save(todo), todos.save(todo)]);
      expect(one).toEqual(two);
      expect(todo.version).toBe(1);
      expect(await todos.history(todo.id)).toHaveLength(1);
    });

    it('refuses aggregates of another class', async () => {
      const note = Note.take(randomUUID(), 1);
      await expect(todos.save(note as unknown as Todo)).rejects.toThrow(
        /repository of Todo was to save a Note/,
      );
      await expect(todos.save(null as unknown as Todo)).rejects.toThrow(InvalidArgumentError);
    });
  });
}
