import { ConcurrencyError, type ExpectedVersion } from 'nestevents';
import { DataSource } from 'typeorm';
import { TypeOrmJournal } from '../../src/typeorm/index.js';
import { storeOn } from '../contract/event-store.contract.js';
import { Todo, TodoLabelChanged } from '../fixtures/todo.js';

/** What the spec asks of each process. */
export interface Race {
  readonly url: string;
  readonly stream: string;
  readonly expectedVersion: ExpectedVersion | 'current';
  readonly writers: number;
  readonly appends: number;
}

/** Appends as asked, on a connection for each writer, and counts what came of it. */
export async function runRace({ url, stream: id, expectedVersion, writers, appends }: Race): Promise<object> {
  const dataSource = await new DataSource({ type: 'postgres', url, poolSize: writers }).initialize();
  const { store } = storeOn(new TypeOrmJournal(dataSource));
  const stream = { aggregate: Todo, id };
  const tally = { wins: 0, conflicts: 0, others: [] as string[] };
  await Promise.all(
    Array.from({ length: writers }, async () => {
      for (let n = 0; n < appends; n += 1) {
        try {
          const expected = expectedVersion === 'current' ? await store.version(stream) : expectedVersion;
          await store.append(stream, [new TodoLabelChanged(`${n}`)], { expectedVersion: expected });
          tally.wins += 1;
        } catch (error) {
          if (error instanceof ConcurrencyError) tally.conflicts += 1;
          else tally.others.push(String(error));
        }
      }
    }),
  );
  await dataSource.destroy();
  return tally;
}
