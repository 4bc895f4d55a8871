import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainEvent, EventStore } from 'nestevents';
import type { QueryRunner } from 'typeorm';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { Todo, TodoCreated } from '../fixtures/todo.js';
import { killBackends } from '../postgres/faults.js';

let pg: PostgresStore;
const runners: QueryRunner[] = [];

beforeEach(async () => {
  pg = await openPostgresStore();
});

afterEach(async () => {
  for (const runner of runners.splice(0)) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    await runner.release();
  }
  await pg.close();
});

async function read(after = 0n, store: EventStore = pg.store): Promise<DomainEvent[]> {
  const events: DomainEvent[] = [];
  for await (const event of store.readAll({ after })) events.push(event);
  return events;
}

const labels = (events: DomainEvent[]): string =>
  events.map((event) => (event as TodoCreated).label).join('');

async function transaction(): Promise<QueryRunner> {
  const runner = pg.dataSource.createQueryRunner();
  runners.push(runner);
  await runner.startTransaction();
  return runner;
}

const append = (label: string, runner?: QueryRunner): Promise<DomainEvent[]> =>
  pg.store.append({ aggregate: Todo, id: randomUUID() }, [new TodoCreated(label)], {
    transaction: runner?.manager,
  });

describe('readAll', () => {
  it('does not pass an event that is not committed yet, and then delivers it', async () => {
    await append('a');
    const open = await transaction();
    await append('b', open);
    await append('c');
    const first = await read();
    expect(labels(first)).toBe('a');
    await open.commitTransaction();
    expect(labels(await read(first.at(-1)!.position))).toBe('bc');
  });

  it('waits for a commit that is about to come', async () => {
    const open = await transaction();
    await append('a', open);
    await append('b');
    const reading = read();
    await sleep(30);
    await open.commitTransaction();
    expect(labels(await reading)).toBe('ab');
  });

  it('passes a hole as soon as nobody can fill it', async () => {
    const open = await transaction();
    await append('lost', open);
    await append('a');
    await open.rollbackTransaction();
    expect(labels(await read())).toBe('a');
  });

  it('passes a hole although others keep writing', async () => {
    const open = await transaction();
    await append('lost', open);
    await append('a');
    await append('.');
    await open.rollbackTransaction();
    const stop = new AbortController();
    const writers = Array.from({ length: 8 }, async () => {
      while (!stop.signal.aborted) await append('.');
    });
    try {
      const events = await read();
      expect(labels(events)[0]).toBe('a');
      expect(events.length).toBeGreaterThan(1);
    } finally {
      stop.abort();
      await Promise.all(writers);
    }
  });

  it('passes the hole of a writer whose connection was killed', async () => {
    const open = await transaction();
    await append('lost', open);
    await append('a');
    expect(labels(await read())).toBe('');
    await killBackends(pg.database, `state = 'idle in transaction'`);
    expect(labels(await read())).toBe('a');
  });

  it('is not held up by long transactions that do not write to the journal', async () => {
    await pg.dataSource.query('create table other (n int)');
    const unrelated = await transaction();
    await unrelated.query('insert into other values (1)');
    const reader = await transaction();
    await reader.query('set transaction isolation level repeatable read');
    await reader.query('select count(*) from event_journal');
    const open = await transaction();
    await append('lost', open);
    await append('a');
    await open.rollbackTransaction();
    // If it waited for one of them it would give up, and end before the hole.
    expect(labels(await read())).toBe('a');
  });

  it('respects a prepared transaction, where the server has them', async () => {
    const [setting] = await pg.dataSource.query<{ max_prepared_transactions: string }[]>(
      'show max_prepared_transactions',
    );
    if (setting?.max_prepared_transactions === '0') return;
    const open = await transaction();
    await append('a', open);
    await open.query(`prepare transaction 'p1'`);
    await open.rollbackTransaction().catch(() => undefined);
    await append('b');
    expect(labels(await read())).toBe('');
    await pg.dataSource.query(`commit prepared 'p1'`);
    expect(labels(await read())).toBe('ab');
  });

  it('delivers a journal that begins late or was restored with gaps', async () => {
    await pg.dataSource.query(`select setval('event_journal_position_seq', 5000)`);
    await append('a');
    await pg.dataSource.query(`select setval('event_journal_position_seq', 90000)`);
    await append('b');
    expect(labels(await read())).toBe('ab');
    expect(labels(await read(1n))).toBe('ab');
  });

  it('misses and doubles nothing while writers hold commits open and roll back at random', async () => {
    const stored = new Set<string>();
    const random = mulberry32(20_261_121);
    let writing = true;
    const writers = Promise.all(
      Array.from({ length: 12 }, async () => {
        for (let n = 0; n < 40; n += 1) {
          const runner = pg.dataSource.createQueryRunner();
          await runner.startTransaction();
          const events = await append(`${n}`, runner);
          await sleep(random() * 20);
          if (random() < 0.2) {
            await runner.rollbackTransaction();
          } else {
            await runner.commitTransaction();
            stored.add(events[0]!.eventId);
          }
          await runner.release();
        }
      }),
    ).finally(() => {
      writing = false;
    });
    const readerStore = await openPostgresStore({ database: pg.database });
    const seen: DomainEvent[] = [];
    for (let last = false; !last;) {
      last = !writing;
      seen.push(...(await read(seen.at(-1)?.position ?? 0n, readerStore.store)));
    }
    await writers;
    await readerStore.close();
    expect(seen.map(({ eventId }) => eventId).sort()).toEqual([...stored].sort());
    expect(stored.size).toBeGreaterThan(200);
  });
});

/** A small generator of repeatable random numbers. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
