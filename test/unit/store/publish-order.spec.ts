import fc from 'fast-check';
import { EventStore } from 'nestevents';
import { setImmediate as tick } from 'node:timers/promises';
import { InMemoryJournal, type AppendResult, type StreamAppend } from '../../../src/store/index.js';
import { storeOn } from '../../contract/event-store.contract.js';
import { Todo, TodoLabelChanged } from '../../fixtures/todo.js';

/** Stores at once, but lets a test decide when each append is answered. */
class SlowJournal extends InMemoryJournal {
  readonly answers: (() => void)[] = [];

  override async append(appends: readonly StreamAppend[]): Promise<AppendResult> {
    const result = await super.append(appends);
    await new Promise<void>((resolve) => this.answers.push(resolve));
    return result;
  }
}

const append = (store: EventStore, id: string, label: string): Promise<unknown> =>
  store.append({ aggregate: Todo, id }, [new TodoLabelChanged(label)]);

describe('events of concurrent appends', () => {
  it('are published in the order of their versions, in whatever order the answers come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        async (ids, choices) => {
          const journal = new SlowJournal();
          const { store, published } = storeOn(journal);
          const waiting: Promise<unknown>[] = [];
          const left = [...ids];
          while (left.length > 0 || journal.answers.length > 0) {
            const choice = choices.next().value as number;
            if (left.length > 0 && (choice % 2 === 0 || journal.answers.length === 0)) {
              waiting.push(append(store, left.shift()!, `${left.length}`));
            } else {
              journal.answers.splice(choice % journal.answers.length, 1)[0]!();
            }
            await tick();
          }
          await Promise.all(waiting);
          expect(published).toHaveLength(ids.length);
          for (const id of new Set(ids)) {
            const versions = published
              .filter(({ aggregateId }) => aggregateId === id)
              .map((e) => e.aggregateVersion);
            expect(versions).toEqual(versions.map((_, index) => index + 1));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are not held by appends to other streams, or by later ones', async () => {
    const journal = new SlowJournal();
    const { store, published } = storeOn(journal);
    const first = append(store, 'a', '1');
    await tick();
    const other = append(store, 'b', '1');
    await tick();
    journal.answers.shift()!();
    await first;
    expect(published).toHaveLength(1);
    const later = append(store, 'a', '2');
    await tick();
    expect(published).toHaveLength(1);
    for (const answer of journal.answers) answer();
    await Promise.all([other, later]);
    expect(published).toHaveLength(3);
  });

  it('are published although one of the appends is refused', async () => {
    const journal = new SlowJournal();
    const { store, published } = storeOn(journal);
    const refused = store.append({ aggregate: Todo, id: 'a' }, [new TodoLabelChanged('x')], {
      expectedVersion: 7,
    });
    const stored = append(store, 'a', '1');
    await expect(refused).rejects.toMatchObject({ code: 'CONCURRENCY' });
    await tick();
    for (const answer of journal.answers) answer();
    await stored;
    await tick();
    expect(published).toHaveLength(1);
  });
});
