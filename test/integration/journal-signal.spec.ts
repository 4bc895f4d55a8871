import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type Logger } from 'typeorm';
import { eventSourcingEntities, JournalSignal } from '../../src/typeorm/index.js';
import { killBackends } from '../postgres/faults.js';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

let database: TestDatabase;
const sources: DataSource[] = [];
const signals: JournalSignal[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await Promise.all(signals.splice(0).map((signal) => signal.close()));
  for (const source of sources.splice(0)) if (source.isInitialized) await source.destroy();
  // Whatever listened is gone too.
  await assertNoConnectionsLeft(database);
  await database.drop();
});

/** A signal as another process would have it. */
async function open(
  options: { applicationName?: string; logger?: Logger; schema?: string; url?: string } = {},
): Promise<{ source: DataSource; signal: JournalSignal }> {
  const source = await new DataSource({
    type: 'postgres',
    // No pooler in transaction mode lets anybody listen.
    url: database.directUrl,
    poolSize: 4,
    logging: options.logger ? ['query'] : false,
    poolErrorHandler: () => undefined,
    ...options,
  }).initialize();
  sources.push(source);
  const signal = new JournalSignal(source);
  signals.push(signal);
  return { source, signal };
}

class Ear {
  heard = 0;
  readonly hear = (): void => {
    this.heard += 1;
  };
  async until(count: number, patience = 5000): Promise<void> {
    for (const deadline = Date.now() + patience; this.heard < count; await sleep(5)) {
      if (Date.now() > deadline) throw new Error(`Only ${this.heard} of ${count} signals were heard.`);
    }
  }
}

/** A TCP proxy that can fall silent: connections stay open, and nothing passes any more. */
class SilentProxy {
  readonly #sockets = new Set<Socket>();
  #silent = false;
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(to: string): Promise<SilentProxy> {
    const target = new URL(to);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(to);
    url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const proxy = new SilentProxy(server, url.href);
    server.on('connection', (near) => {
      const far = connect(Number(target.port), target.hostname);
      for (const [socket, peer] of [
        [near, far],
        [far, near],
      ] as const) {
        proxy.#sockets.add(socket);
        socket.on('data', (data) => {
          if (!proxy.#silent) peer.write(data);
        });
        socket.on('error', () => undefined);
        socket.on('close', () => {
          proxy.#sockets.delete(socket);
          if (!proxy.#silent) peer.destroy();
        });
      }
    });
    return proxy;
  }

  /** @param silent whether nothing passes; what was said meanwhile is lost with its connection. */
  set silent(silent: boolean) {
    this.#silent = silent;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

describe('a signal', () => {
  it('is heard by other processes, and at once by this one', async () => {
    const { signal: here } = await open();
    const { signal: there } = await open();
    const [near, far] = [new Ear(), new Ear()];
    await here.listen(near.hear);
    await there.listen(far.hear);
    here.notify();
    expect(near.heard).toBe(1);
    await far.until(1);
    await sleep(50);
    // Its own echo is no news.
    expect([near.heard, far.heard]).toEqual([1, 1]);
    there.notify();
    await near.until(2);
    expect(far.heard).toBe(2);
  });

  it('is sent soon, but 1000 at a time are few statements', async () => {
    let statements = 0;
    const ignore = (): void => undefined;
    const logger = {
      logQuery: (query: string) => {
        if (query.includes('pg_notify')) statements += 1;
      },
      logQueryError: ignore,
      logQuerySlow: ignore,
      logSchemaBuild: ignore,
      logMigration: ignore,
      log: ignore,
    };
    const { signal } = await open({ logger });
    const { signal: there } = await open();
    const far = new Ear();
    await there.listen(far.hear);
    for (let n = 0; n < 1000; n += 1) signal.notify();
    await far.until(1);
    await sleep(50);
    expect(statements).toBeLessThanOrEqual(2);
    const began = performance.now();
    for (let n = 0; n < 100; n += 1) {
      signal.notify();
      await sleep(1);
    }
    await sleep(50);
    expect(statements).toBeLessThanOrEqual(4 + (performance.now() - began) / 5);
    expect(statements).toBeGreaterThan(4);
    expect(far.heard).toBe(statements);
    expect(signal.failures).toBe(0);
  });

  it('does not reach another journal in the same database', async () => {
    const schema = `s${'x'.repeat(62)}`;
    const { source, signal: one } = await open();
    await source.query(`create schema ${schema}`);
    const beside = await new DataSource({
      type: 'postgres',
      url: database.directUrl,
      schema,
      entities: eventSourcingEntities,
      synchronize: true,
    }).initialize();
    sources.push(beside);
    const [other, third] = [new JournalSignal(beside), new JournalSignal(beside)];
    signals.push(other, third);
    const [ear, otherEar] = [new Ear(), new Ear()];
    await one.listen(ear.hear);
    await other.listen(otherEar.hear);
    third.notify();
    await otherEar.until(1);
    await sleep(50);
    expect(ear.heard).toBe(0);
  });

  it('that cannot be sent is counted, and nothing else', async () => {
    const { source, signal } = await open();
    await source.destroy();
    signal.notify();
    await signal.close();
    expect(signal.failures).toBe(1);
  });

  it('asked for before closing is still sent, and none after', async () => {
    const { signal } = await open();
    const { signal: there } = await open();
    const far = new Ear();
    await there.listen(far.hear);
    signal.notify();
    await far.until(1);
    signal.notify();
    await signal.close();
    signal.notify();
    await far.until(2);
    await sleep(50);
    expect(far.heard).toBe(2);
  });
});

describe('listening', () => {
  it('goes on after its connection was killed, and says that something may have been missed', async () => {
    const { signal: there } = await open();
    const { signal } = await open({ applicationName: 'listener' });
    const ear = new Ear();
    await signal.listen(ear.hear);
    for (let n = 1; n <= 2; n += 1) {
      await killBackends(database, `application_name = 'listener'`);
      await ear.until(2 * n - 1);
      there.notify();
      await ear.until(2 * n);
    }
  });

  it('takes a connection of its own, which closing ends', async () => {
    const { source, signal } = await open({ applicationName: 'listener' });
    const connections = async (): Promise<number> => {
      const [row] = await source.query<{ count: number }[]>(
        `select count(*)::int as count from pg_stat_activity where application_name = 'listener'`,
      );
      return row!.count;
    };
    const close = await signal.listen(() => undefined);
    expect(await connections()).toBe(2);
    const began = performance.now();
    await close();
    expect(performance.now() - began).toBeLessThan(1000);
    await close();
    for (const deadline = Date.now() + 5000; (await connections()) > 1; await sleep(5)) {
      if (Date.now() > deadline) throw new Error('The connection is still there.');
    }
  });

  it('can be closed while it is connecting', async () => {
    const proxy = await SilentProxy.open(database.directUrl);
    try {
      const { source, signal } = await open({ url: proxy.url });
      proxy.silent = true;
      const listening = signal.listen(() => undefined);
      await sleep(50);
      const began = performance.now();
      await signal.close();
      expect(performance.now() - began).toBeLessThan(1000);
      await listening;
      proxy.silent = false;
      await source.destroy();
    } finally {
      await proxy.close();
    }
  });

  it('can be closed while it waits to connect again, and before the database can be reached at all', async () => {
    const proxy = await SilentProxy.open(database.directUrl);
    const { source, signal } = await open({ url: proxy.url });
    const ear = new Ear();
    await proxy.close();
    await signal.listen(ear.hear);
    await sleep(400);
    const began = performance.now();
    await signal.close();
    expect(performance.now() - began).toBeLessThan(1000);
    expect(ear.heard).toBe(0);
    await source.destroy();
  });

  it('notices a connection that has silently died', async () => {
    const proxy = await SilentProxy.open(database.directUrl);
    try {
      const { source, signal } = await open({ url: proxy.url });
      const { signal: there } = await open();
      const ear = new Ear();
      await signal.listen(ear.hear);
      proxy.silent = true;
      there.notify();
      await sleep(200);
      expect(ear.heard).toBe(0);
      await sleep(6000);
      proxy.silent = false;
      await ear.until(1, 20_000);
      there.notify();
      await ear.until(2);
      await signal.close();
      await source.destroy();
    } finally {
      await proxy.close();
    }
  }, 40_000);
});
