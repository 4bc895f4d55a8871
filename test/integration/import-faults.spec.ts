import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ConcurrencyError, type DomainEvent, type EventStore } from 'nestevents';
import { DataSource } from 'typeorm';
import { TypeOrmJournal } from '../../src/typeorm/index.js';
import { storeOn } from '../contract/event-store.contract.js';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { Todo, TodoLabelChanged } from '../fixtures/todo.js';
import { createCuttableProxy, killBackends } from '../postgres/faults.js';
import { importedEvents, type AskedImport, type ImportMessage } from './import-runner.js';

let pg: PostgresStore;
let streams: string[];

beforeEach(async () => {
  pg = await openPostgresStore();
  streams = Array.from({ length: 5 }, () => randomUUID());
});
afterEach(() => pg.close());

const asked = (more: Partial<AskedImport> = {}): AskedImport => ({
  url: pg.database.url,
  name: 'the old system',
  events: 3000,
  streams,
  batchSize: 100,
  ...more,
});

interface ImportProcess {
  readonly child: ChildProcess;
  /** The number of events it last said it had stored. */
  readonly done: () => number;
  readonly ended: Promise<ImportMessage>;
}

function start(given: AskedImport): ImportProcess {
  const child = fork(fileURLToPath(new URL('import-program.js', import.meta.url)), {
    execArgv: ['--no-warnings'],
    env: { ...process.env, IMPORT: JSON.stringify(given) },
  });
  let last: ImportMessage = {};
  child.on('message', (message: ImportMessage) => {
    last = { ...last, ...message };
  });
  return { child, done: () => last.done ?? 0, ended: once(child, 'exit').then(() => last) };
}

/** Follows the journal as a reader does, until it is told to stop; then to its end. */
function follow(store: EventStore): { stop: () => Promise<DomainEvent[]> } {
  const seen: DomainEvent[] = [];
  const stopped = new AbortController();
  const read = async (): Promise<void> => {
    for await (const event of store.readAll({ after: seen.at(-1)?.position ?? 0n })) seen.push(event);
  };
  const following = (async () => {
    for (; !stopped.signal.aborted; await sleep(2)) await read();
    await read();
  })();
  return {
    stop: async () => {
      stopped.abort();
      await following;
      return seen;
    },
  };
}

/** Appends to the same streams as an import until it is told to stop. */
function compete(store: EventStore, writers: number): { stop: () => Promise<number> } {
  let appended = 0;
  const stopped = new AbortController();
  const write = async (turn: number): Promise<void> => {
    for (let n = turn; !stopped.signal.aborted; n += 1) {
      const [first, second] = [streams[n % streams.length]!, streams[(n + turn + 1) % streams.length]!];
      const append = (id: string) => ({
        stream: { aggregate: Todo, id },
        events: [new TodoLabelChanged(`appended ${turn} ${n}`)],
      });
      const appends = first === second ? [append(first)] : [append(first), append(second)];
      await store.appendAll(appends);
      appended += appends.length;
      await sleep(Math.random() * 4);
    }
  };
  const writing = Promise.all(Array.from({ length: writers }, (_, turn) => write(turn)));
  return {
    stop: async () => {
      stopped.abort();
      await writing;
      return appended;
    },
  };
}

/** Nothing is lost, nothing doubled, the order is that of the source, and versions are dense. */
async function expectWhole(seen: readonly DomainEvent[], imported: number, appended = 0): Promise<void> {
  const labels = seen.map((event) => (event as TodoLabelChanged).label);
  expect(labels.filter((label) => label.startsWith('imported'))).toEqual(
    Array.from({ length: imported }, (_, number) => `imported ${number}`),
  );
  expect(seen).toHaveLength(imported + appended);
  const fold = new Map<string, string>();
  for (const id of streams) {
    const ofStream = seen.filter((event) => event.aggregateId === id);
    expect(ofStream.map(({ aggregateVersion }) => aggregateVersion)).toEqual(ofStream.map((_, i) => i + 1));
    fold.set(id, (ofStream.at(-1) as TodoLabelChanged | undefined)?.label ?? '');
  }
  for (const [id, label] of fold) expect((await pg.todos.load(id)).label).toBe(label);
}

const done = async (): Promise<number> => {
  const [row] = await pg.dataSource.query<{ done: string }[]>('select done from event_import');
  return Number(row?.done ?? 0);
};

describe('an import', () => {
  it('goes on where it was killed, however often, while others write and read', async () => {
    const reader = follow(pg.store);
    const writers = compete(pg.store, 2);
    const kills = [0.2, 0.5, 0.8];
    for (const share of kills) {
      const { child, done: said, ended } = start(asked({ events: 6000 }));
      while (said() < 6000 * share) await sleep(1);
      await sleep(Math.random() * 20);
      child.kill('SIGKILL');
      expect((await ended).ended).toBeUndefined();
      expect(await done()).toBeGreaterThanOrEqual(said());
    }
    expect(await start(asked({ events: 6000 })).ended).toEqual({ done: 6000, ended: true });
    const appended = await writers.stop();
    await expectWhole(await reader.stop(), 6000, appended);
  }, 90_000);

  it('goes on where its connections broke, however often', async () => {
    const proxy = await createCuttableProxy(pg.database.directUrl);
    const source = await new DataSource({ type: 'postgres', url: proxy.url, poolSize: 3 }).initialize();
    const { store } = storeOn(new TypeOrmJournal(source));
    const reader = follow(pg.store);
    let ends = 0;
    const stopped = new AbortController();
    const chaos = (async () => {
      for (let n = 0; !stopped.signal.aborted; n += 1) {
        await sleep(20 + Math.random() * 60);
        // What the proxy cuts, the server may have committed: the answer is lost.
        if (n % 2 === 0) proxy.cutAll();
        else await killBackends(pg.database, `query ilike '%with import as%' and state = 'active'`);
      }
    })();
    const given = asked({ events: 8000, batchSize: 150 });
    for (let ended = false; !ended;) {
      try {
        await store.import(given.name, (stored) => importedEvents(given, stored), { batchSize: 150 });
        ended = true;
      } catch {
        ends += 1;
      }
    }
    stopped.abort();
    await chaos;
    expect(ends).toBeGreaterThan(2);
    await expectWhole(await reader.stop(), 8000);
    expect(await done()).toBe(8000);
    await source.destroy();
    await proxy.close();
  }, 90_000);

  it('is not run by two processes at once', async () => {
    const first = start(asked({ pause: 300 }));
    while (first.done() === 0) await sleep(5);
    const second = await start(asked()).ended;
    expect(second.error).toMatch(
      /ConcurrentImportError: The import "the old system" is run by somebody else/,
    );
    expect(await first.ended).toEqual({ done: 3000, ended: true });
    const racing = await Promise.all([1, 2, 3].map(() => start(asked({ events: 4000, pause: 50 })).ended));
    expect(racing.filter(({ error }) => error === undefined)).not.toEqual([]);
    for (const { error } of racing) if (error) expect(error).toMatch(/ConcurrentImportError/);
    await expectWhole(await follow(pg.store).stop(), 4000);
  }, 60_000);

  it('takes up no connections for signs of life while a batch with inline projections is long on its way', async () => {
    const claim = await pg.journal.imports.begin('long', new AbortController().signal);
    const record = {
      eventId: randomUUID(),
      eventType: 'todo_created',
      eventVersion: null,
      data: '{"label":"a"}',
      dataTypes: null,
      metadata: '{}',
    };
    const imported = { record, aggregateType: 'todo', aggregateId: randomUUID(), createdAt: null };
    const waiting = await pg.dataSource.transaction(async (transaction) => {
      await claim.storeIn(transaction, [imported], 0);
      await sleep(2500);
      return pg.dataSource.query<unknown[]>(
        `select query from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
    });
    expect(waiting).toEqual([]);
    await claim.release();
    const again = await pg.journal.imports.begin('long', new AbortController().signal);
    expect(again.done).toBe(1);
    await again.release();
  });

  it('stores nothing any more when another process has gone on with it', async () => {
    const stopped = start(asked({ pause: 20 }));
    while (stopped.done() < 300) await sleep(5);
    stopped.child.kill('SIGSTOP');
    const held = await done();
    const began = performance.now();
    expect(await start(asked()).ended).toEqual({ done: 3000, ended: true });
    expect(held).toBeLessThan(3000);
    expect(performance.now() - began).toBeGreaterThan(2000);
    stopped.child.kill('SIGCONT');
    expect((await stopped.ended).error).toMatch(/ConcurrentImportError/);
    await expectWhole(await follow(pg.store).stop(), 3000);
  }, 60_000);

  it.each(['read committed', 'repeatable read', 'serializable'])(
    'and many writers to the same streams do not keep each other from it, by default in %s',
    async (isolation) => {
      const url = new URL(pg.database.directUrl);
      url.searchParams.set('options', `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`);
      const source = await new DataSource({ type: 'postgres', url: url.href, poolSize: 3 }).initialize();
      const { store } = storeOn(new TypeOrmJournal(source));
      const reader = follow(pg.store);
      const writers = compete(pg.store, 6);
      const sizes: number[] = [];
      const given = asked({ batchSize: 500 });
      let last = 0;
      await store.import(given.name, (stored) => importedEvents(given, stored), {
        batchSize: 500,
        onProgress: (progress) => {
          sizes.push(progress.done - last);
          last = progress.done;
        },
      });
      // It was overtaken, and went on in smaller steps.
      expect(sizes.length).toBeGreaterThan(6);
      const appended = await writers.stop().catch((error: unknown) => {
        if (error instanceof ConcurrencyError) throw new Error('a writer gave up');
        throw error;
      });
      await expectWhole(await reader.stop(), 3000, appended);
      await source.destroy();
    },
    60_000,
  );
});
