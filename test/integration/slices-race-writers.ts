import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import type { JournalRecord } from '../../src/store/index.js';
import { TypeOrmJournal } from '../../src/typeorm/index.js';
import { appendOf } from '../contract/journal-slices.contract.js';

/** What the spec asks of each process. */
export interface WritersPlan {
  readonly url: string;
  readonly writers: number;
  readonly transactions: number;
}

/** What was committed, and how often a transaction ended otherwise. */
export interface WritersReport {
  readonly committed: { readonly eventId: string; readonly position: string }[];
  readonly rolledBack: number;
  readonly killed: number;
}

/** Commits are held open for up to so many milliseconds. */
const HELD = 30;

/** Writes transactions that are committed late, rolled back or cut off, as chance has it. */
export async function writeAtRandom({ url, writers, transactions }: WritersPlan): Promise<WritersReport> {
  const main = await openPool(url, writers + 1);
  // A pool of their own, so that nobody else is given a connection that was killed.
  const doomed = await openPool(url, writers);
  const report = { committed: [] as { eventId: string; position: string }[], rolledBack: 0, killed: 0 };
  const keep = (records: readonly JournalRecord[]): void => {
    for (const { eventId, position } of records) report.committed.push({ eventId, position: `${position}` });
  };
  await Promise.all(
    Array.from({ length: writers }, async () => {
      for (let n = 0; n < transactions; n += 1) {
        const chance = Math.random();
        if (chance < 0.3) {
          keep(await append(main));
        } else if (chance < 0.75) {
          keep(await inTransaction(main, (runner) => runner.commitTransaction()));
        } else if (chance < 0.95) {
          await inTransaction(main, (runner) => runner.rollbackTransaction());
          report.rolledBack += 1;
        } else if (await isKilled(doomed, main)) {
          report.killed += 1;
        }
      }
    }),
  );
  await doomed.dataSource.destroy();
  await main.dataSource.destroy();
  return report;
}

interface Pool {
  readonly dataSource: DataSource;
  readonly journal: TypeOrmJournal;
}

async function openPool(url: string, poolSize: number): Promise<Pool> {
  const dataSource = new DataSource({ type: 'postgres', url, poolSize, poolErrorHandler: () => undefined });
  await dataSource.initialize();
  return { dataSource, journal: new TypeOrmJournal(dataSource) };
}

/** Appends one to three events to a stream of their own, so that writers do not wait for each other's streams. */
async function append({ journal }: Pool, runner?: QueryRunner): Promise<readonly JournalRecord[]> {
  const types = Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () =>
    Math.random() < 0.7 ? 'often' : 'rarely',
  );
  return (await journal.append([appendOf('todo', randomUUID(), types)], runner?.manager)).records;
}

async function inTransaction(
  pool: Pool,
  end: (runner: QueryRunner) => Promise<unknown>,
): Promise<JournalRecord[]> {
  const runner = pool.dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    const records = [...(await append(pool, runner))];
    await sleep(Math.random() * HELD);
    if (Math.random() < 0.3) records.push(...(await append(pool, runner)));
    await end(runner);
    return records;
  } finally {
    await runner.release();
  }
}

/** Appends in a transaction whose connection is then killed. @returns false when it could not begin */
async function isKilled(doomed: Pool, killer: Pool): Promise<boolean> {
  try {
    await inTransaction(doomed, async (runner) => {
      const [backend] = (await runner.query('select pg_backend_pid() as pid')) as { pid: number }[];
      await killer.dataSource.query('select pg_terminate_backend($1, 5000)', [backend!.pid]);
    });
    return true;
  } catch {
    return false;
  }
}
