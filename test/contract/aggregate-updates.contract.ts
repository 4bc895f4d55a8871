import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AggregateNotFoundError,
  AggregateRepository,
  ConcurrencyError,
  InvalidArgumentError,
  NestedUpdateError,
  UpdateQueueFullError,
  type EventStore,
} from 'nestevents';
import type { Journal } from '../../src/store/index.js';
import { Todo, TodoLabelChanged } from '../fixtures/todo.js';
import { storeOn } from './event-store.contract.js';

/** What `AggregateRepository.update` does on any journal. */
export function describeUpdates(name: string, createJournal: () => Promise<Journal>): void {
  describe(`updates on ${name}`, () => {
    let store: EventStore;
    let todos: AggregateRepository<Todo>;
    let id: string;

    const repository = () => new AggregateRepository(Todo, 'todo', store);
    const count = (todo: Todo): void => todo.changeLabel(`${Number(todo.label) + 1}`);
    /** An update whose change runs until it is let go. */
    const hold = async (): Promise<{ letGo: () => void; update: Promise<unknown> }> =>
      new Promise((resolve) => {
        const update = todos.update(id, async () => new Promise<void>((letGo) => resolve({ letGo, update })));
      });
    /** What another process does in the meantime. */
    const interfere = async (): Promise<unknown> =>
      store.append({ aggregate: Todo, id }, [new TodoLabelChanged('other')]);

    beforeAll(async () => {
      const journal = await createJournal();
      await journal.prepare();
      ({ store } = storeOn(journal));
      todos = repository();
    });
    beforeEach(async () => {
      id = randomUUID();
      await todos.save(Todo.create(id, '0'));
    });

    it('loads, changes, saves, and tells of it', async () => {
      const { aggregate, events, result } = await todos.update(
        id,
        (todo) => {
          todo.changeLabel('new');
          return `was ${todo.version}`;
        },
        { metadata: { user: 'ada' } },
      );
      expect(result).toBe('was 1');
      expect(aggregate).toMatchObject({ id, label: 'new', version: 2 });
      expect(aggregate.getUncommittedEvents()).toEqual([]);
      expect(events).toEqual([new TodoLabelChanged('new')]);
      expect(events[0]).toMatchObject({ aggregateVersion: 2 });
      expect(events[0]!.metadata).toMatchObject({ user: 'ada' });
      expect(await todos.load(id)).toMatchObject({ label: 'new', version: 2 });
    });

    it('stores nothing when nothing happened', async () => {
      const { aggregate, events, result } = await todos.update(id, () => undefined);
      expect([aggregate.version, events, result]).toEqual([1, [], undefined]);
    });

    it('waits for an async change, and runs it again on what somebody else has stored', async () => {
      const seen: string[] = [];
      const { aggregate } = await todos.update(id, async (todo) => {
        seen.push(todo.label);
        if (seen.length < 3) await interfere();
        todo.changeLabel(`after ${todo.label}`);
      });
      expect(seen).toEqual(['0', 'other', 'other']);
      expect(aggregate).toMatchObject({ label: 'after other', version: 4 });
      expect(await todos.history(id)).toHaveLength(4);
    });

    it.each([1, 3])('gives up after %d attempts', async (attempts) => {
      let runs = 0;
      const update = todos.update(
        id,
        async (todo) => {
          runs += 1;
          await interfere();
          count(todo);
        },
        { attempts },
      );
      await expect(update).rejects.toThrow(ConcurrencyError);
      expect(runs).toBe(attempts);
    });

    it('does not try again what no other attempt would cure', async () => {
      let runs = 0;
      const failing = async (error: unknown): Promise<unknown> =>
        todos
          .update(id, () => {
            runs += 1;
            throw error;
          })
          .catch((reason: unknown) => reason);
      const facts = { aggregateType: 'x', aggregateId: 'y', expectedVersion: 1, actualVersion: 2 };
      const errors = [
        new Error('refused'),
        new TypeError('bug'),
        'text',
        undefined,
        new ConcurrencyError(facts),
      ];
      for (const error of errors) expect(await failing(error)).toBe(error);
      expect(runs).toBe(errors.length);

      const unreached = (): void => expect(true).toBe(false);
      await expect(todos.update(randomUUID(), unreached)).rejects.toThrow(AggregateNotFoundError);
      await expect(todos.update('', unreached)).rejects.toThrow(InvalidArgumentError);
    });

    it('of one aggregate run one after the other, in the order they came, and all at their first attempt', async () => {
      const order: number[] = [];
      let running = 0;
      await Promise.all(
        Array.from({ length: 50 }, async (_, n) =>
          todos.update(
            id,
            async (todo) => {
              expect((running += 1)).toBe(1);
              await sleep(0);
              order.push(n);
              count(todo);
              running -= 1;
            },
            { attempts: 1 },
          ),
        ),
      );
      expect(order).toEqual(Array.from({ length: 50 }, (_, n) => n));
      expect(await todos.load(id)).toMatchObject({ label: '50', version: 51 });
    });

    it('of several aggregates do not wait for each other', async () => {
      const other = randomUUID();
      await todos.save(Todo.create(other, '0'));
      const { letGo, update } = await hold();
      await todos.update(other, count);
      letGo();
      await update;
    });

    it('that fail do not stop those behind them', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 9 }, async (_, n) =>
          todos.update(id, (todo) => {
            if (n % 3 === 0) throw new Error('refused');
            count(todo);
          }),
        ),
      );
      expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(3);
      expect(await todos.load(id)).toMatchObject({ label: '6', version: 7 });
    });

    it('lose nothing against 16 others that queue elsewhere', async () => {
      await Promise.all(
        Array.from({ length: 16 }, async () => {
          const apart = repository();
          for (let n = 0; n < 5; n += 1) await apart.update(id, count, { attempts: 100 });
        }),
      );
      expect(await todos.load(id)).toMatchObject({ label: '80', version: 81 });
    });

    it('refuse to wait in a queue that is too long, and take on again after it', async () => {
      const { letGo, update } = await hold();
      const waiting = Array.from({ length: 1_000 }, async () => todos.update(id, () => undefined));
      const refused = todos.update(id, count);
      await expect(refused).rejects.toThrow(UpdateQueueFullError);
      await expect(refused).rejects.toMatchObject({ aggregateType: 'todo', aggregateId: id, waiting: 1_000 });
      letGo();
      await Promise.all([update, ...waiting]);
      expect((await todos.update(id, count)).aggregate.version).toBe(2);
    });

    describe('inside of each other', () => {
      it('are refused for the same aggregate, however deep', async () => {
        const other = randomUUID();
        await todos.save(Todo.create(other, '0'));
        const nested = todos.update(id, async () => {
          await todos.update(other, async () => todos.update(id, count));
        });
        await expect(nested).rejects.toThrow(NestedUpdateError);
        await expect(nested).rejects.toThrow(/would wait for itself/);
        expect((await todos.update(id, count)).aggregate.version).toBe(2);
      });

      it('work for other aggregates, also crosswise', async () => {
        const other = randomUUID();
        await todos.save(Todo.create(other, '0'));
        const both = async (outer: string, inner: string): Promise<unknown> =>
          todos.update(outer, async () => {
            await sleep(5);
            await todos.update(inner, count);
          });
        await Promise.all([both(id, other), both(other, id)]);
        expect([(await todos.load(id)).label, (await todos.load(other)).label]).toEqual(['1', '1']);
      });

      it('are none any more when the change that began them has ended', async () => {
        let later: Promise<unknown> | undefined;
        await todos.update(id, (todo) => {
          count(todo);
          later = sleep(20).then(() => todos.update(id, count));
        });
        await later;
        expect(await todos.load(id)).toMatchObject({ label: '2' });
      });
    });

    it.each([0, -1, 1.5, NaN, '3', null])('refuse %p attempts', async (attempts) => {
      const update = todos.update(id, count, { attempts: attempts as number });
      await expect(update).rejects.toThrow(/attempts is .* Use a whole number from 1/);
    });

    it('refuse what is no change', async () => {
      const update = todos.update(id, { attempts: 3 } as unknown as () => void);
      await expect(update).rejects.toThrow(/was given { attempts: 3 } as the change/);
    });
  });
}
