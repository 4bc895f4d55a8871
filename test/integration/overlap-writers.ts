import { ConcurrencyError, type DomainEvent } from 'nestevents';
import { DataSource } from 'typeorm';
import { TypeOrmJournal } from '../../src/typeorm/index.js';
import { storeOn } from '../contract/event-store.contract.js';
import { Todo, TodoCreated, TodoLabelChanged } from '../fixtures/todo.js';
import { SeededRandom } from '../torture/seeded-random.js';

/** What the spec asks of each process. */
export interface Overlap {
  readonly url: string;
  readonly seed: number;
  readonly streams: readonly string[];
  readonly writers: number;
  readonly appends: number;
}

/** What a process has done: the ids of what it stored, by stream, and what went wrong that is no conflict. */
export interface OverlapTally {
  readonly stored: Record<string, string[]>;
  readonly conflicts: number;
  readonly others: string[];
}

/** Appends to some of the streams again and again, to one or to several at once, in any order. */
export async function runOverlap(overlap: Overlap): Promise<OverlapTally> {
  const random = new SeededRandom(overlap.seed);
  const dataSource = await new DataSource({ type: 'postgres', url: overlap.url, poolSize: 6 }).initialize();
  const { store } = storeOn(new TypeOrmJournal(dataSource));
  const stored: Record<string, string[]> = {};
  const tally = { stored, conflicts: 0, others: [] as string[] };
  const appendSome = async (): Promise<void> => {
    const ids = random.shuffled(overlap.streams).slice(0, random.chance(0.3) ? random.between(2, 3) : 1);
    const appends = ids.map((id) => ({
      stream: { aggregate: Todo, id },
      events: random.chance(0.3) ? [new TodoCreated('a'), new TodoLabelChanged('b')] : [new TodoCreated('a')],
    }));
    const last = appends[0]!;
    const expectedVersion = random.chance(0.3) ? await store.version(last.stream) : 'any';
    try {
      const events: DomainEvent[] =
        appends.length === 1
          ? await store.append(last.stream, last.events, { expectedVersion })
          : await store.appendAll(appends);
      for (const { aggregateId, eventId } of events) (stored[aggregateId] ??= []).push(eventId);
    } catch (error) {
      if (error instanceof ConcurrencyError) tally.conflicts += 1;
      else tally.others.push(String(error));
    }
  };
  await Promise.all(
    Array.from({ length: overlap.writers }, async () => {
      for (let n = 0; n < overlap.appends; n += 1) await appendSome();
    }),
  );
  await dataSource.destroy();
  return tally;
}
