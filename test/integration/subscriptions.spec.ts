import type { Type } from '@nestjs/common';
import { EventsHandler, Subscription, type Delivery } from 'nestevents';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProjectionApps, until } from '../fixtures/projection-app.js';
import { TodoCreated, TodoLabelChanged } from '../fixtures/todo.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

type TodoEvent = TodoCreated | TodoLabelChanged;

let database: TestDatabase;
let apps: ProjectionApps;

beforeEach(async () => {
  database = await createTestDatabase();
  apps = new ProjectionApps(database, []);
});

afterEach(async () => {
  await apps.closeAll();
  await database.drop();
});

/** A subscription class that does what a test says. */
function subscription(
  options: Parameters<typeof Subscription>[1],
  handle: (event: TodoEvent, delivery: Delivery) => unknown,
  name = 'notices',
): Type {
  @Subscription(name, { retry: { attempts: 3, delay: 10 }, ...options })
  @EventsHandler(TodoCreated, TodoLabelChanged)
  class Notices {
    async handle(event: TodoEvent, delivery: Delivery): Promise<void> {
      await handle(event, delivery);
    }
  }
  return Notices;
}

describe('a subscription', () => {
  it('begins with what comes after its first start, or with the first event', async () => {
    const before = await apps.start([]);
    await before.create('before');
    const [now, all]: string[][] = [[], []];
    const app = await apps.start([
      subscription({}, ({ label }) => now!.push(label), 'from-now'),
      subscription({ from: 'beginning' }, ({ label }) => all!.push(label), 'from-the-beginning'),
    ]);
    const position = await app.create('after');
    await app.manager.waitFor('from-now', position);
    await app.manager.waitFor('from-the-beginning', position);
    expect([now, all]).toEqual([['after'], ['before', 'after']]);
  });

  it('handles aggregates at once, and the events of each in order', async () => {
    const seen = new Map<string, string[]>();
    let running = 0;
    let most = 0;
    const app = await apps.start([
      subscription({ concurrency: 4 }, async ({ aggregateId, label }) => {
        running += 1;
        most = Math.max(most, running);
        await sleep(2);
        seen.set(aggregateId, [...(seen.get(aggregateId) ?? []), label]);
        running -= 1;
      }),
    ]);
    await app.manager.pause('notices');
    const ids = Array.from({ length: 8 }, () => randomUUID());
    let position = 0n;
    for (const id of ids) await app.create('0', id);
    for (let i = 1; i < 6; i += 1) for (const id of ids) position = await app.change(id, String(i));
    await app.manager.resume('notices');
    await app.manager.waitFor('notices', position, { timeout: 10_000 });
    expect(most).toBe(4);
    for (const id of ids) expect(seen.get(id)).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  it('tells each try of one event by its key and number', async () => {
    const tries: { key: string; attempt: number }[] = [];
    const app = await apps.start([
      subscription({}, (_event, { idempotencyKey: key, attempt }) => {
        tries.push({ key, attempt });
        if (attempt < 3) throw new Error('not yet');
      }),
    ]);
    await app.create('todo');
    await until(() => tries.length === 3);
    expect(tries.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(tries.map(({ key }) => key)).size).toBe(1);
    await until(async () => (await app.manager.status('notices')).retrying === 0);
    expect(await app.manager.parked('notices')).toEqual([]);
  });

  it('that hangs is cut off, and others do not notice', async () => {
    const aborted: boolean[] = [];
    const others: string[] = [];
    const app = await apps.start([
      subscription(
        { timeout: 150, retry: { attempts: 2, delay: 10 } },
        async ({ label }, { signal }) => {
          if (label !== 'hang') return;
          signal.addEventListener('abort', () => aborted.push(true));
          await new Promise(() => {});
        },
        'hanging',
      ),
      subscription({}, ({ label }) => others.push(label), 'fine'),
    ]);
    await app.create('hang');
    const position = await app.create('next');
    await app.manager.waitFor('fine', position, { timeout: 1_000 });
    await app.manager.waitFor('hanging', position);
    await until(async () => (await app.manager.parked('hanging')).length === 1);
    expect((await app.manager.parked('hanging'))[0]).toMatchObject({
      attempts: 2,
      error: expect.stringContaining('not done with an event after 150 ms'),
    });
    expect(aborted).toEqual([true, true]);
    expect(others).toEqual(['hang', 'next']);
  });

  it('that is new where others are in the middle of an append misses nothing of it', async () => {
    const writer = await apps.start([]);
    const seen: string[] = [];
    let open!: () => void;
    const mayCommit = new Promise<void>((resolve) => {
      open = resolve;
    });
    let appended!: () => void;
    const hasAppended = new Promise<void>((resolve) => {
      appended = resolve;
    });
    const id = randomUUID();
    const slow = writer.dataSource.transaction(async (manager) => {
      await writer.create('slow', id, manager);
      appended();
      await mayCommit;
    });
    await hasAppended;
    await writer.create('fast');
    const starting = apps.start([subscription({}, ({ label }) => seen.push(label))]);
    await sleep(300);
    open();
    await slow;
    const app = await starting;
    await app.manager.waitFor('notices', await app.create('later'));
    // What was stored before it began is not its own; nothing behind that is missing.
    expect(seen).toEqual(['later']);
  });

  it('finishes what it is doing when its instance shuts down, and another goes on', async () => {
    const done: string[] = [];
    const slow = subscription({ from: 'beginning', batchSize: 1 }, async ({ label }) => {
      await sleep(300);
      done.push(label);
    });
    const first = await apps.start([slow]);
    await first.create('one');
    await first.create('two');
    await until(async () => (await first.manager.status('notices')).partitions[0]?.owner !== null);
    await sleep(100);
    await apps.close(first);
    expect(done).toEqual(['one']);
    const second = await apps.start([slow]);
    await until(() => done.length === 2);
    expect(done).toEqual(['one', 'two']);
    expect(second.manager).toBeDefined();
  });

  it('that is stopped in the middle of a batch keeps its place there', async () => {
    const done: string[] = [];
    const slow = subscription({ from: 'beginning' }, async ({ label }) => {
      await sleep(60);
      done.push(label);
    });
    const first = await apps.start([]);
    const labels = Array.from({ length: 12 }, (_, n) => String(n));
    for (const label of labels) await first.create(label);
    const second = await apps.start([slow]);
    await until(() => done.length >= 3);
    await apps.close(second);
    const early = done.length;
    expect(early).toBeLessThan(labels.length);
    await apps.start([slow]);
    await until(() => done.length >= labels.length);
    // All are here, once, though they were one batch.
    await sleep(200);
    expect(done).toEqual(labels);
  });

  it('with one attempt is called once for what it cannot handle', async () => {
    let calls = 0;
    const app = await apps.start([
      subscription({ retry: { attempts: 1 } }, () => {
        calls += 1;
        throw new Error('never');
      }),
    ]);
    await app.create('todo');
    await until(async () => (await app.manager.parked('notices')).length === 1);
    await sleep(300);
    expect(calls).toBe(1);
    expect(await app.manager.parked('notices')).toMatchObject([{ attempts: 1, error: 'never' }]);
  });
});
