import type { Type } from '@nestjs/common';
import { EventsHandler, InvalidArgumentError, Projection, Subscription } from 'nestevents';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProjectionApps, until, type ProjectionApp } from '../fixtures/projection-app.js';
import { TodoCreated } from '../fixtures/todo.js';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

let handled: string[];
let slowness: number;
let database: TestDatabase;
let apps: ProjectionApps;

beforeEach(async () => {
  handled = [];
  slowness = 0;
  database = await createTestDatabase();
  apps = new ProjectionApps(database, []);
});

afterEach(async () => {
  slowness = 0;
  await apps.closeAll();
  await assertNoConnectionsLeft(database);
  await database.drop();
});

@Projection('labels', { batchSize: 1, retry: { attempts: 1 } })
@EventsHandler(TodoCreated)
class Labels {
  async handle({ label }: TodoCreated): Promise<void> {
    await sleep(slowness);
    handled.push(label);
    if (label === 'poison') throw new Error('cannot be');
  }

  reset(): void {
    handled = [];
  }
}

@Subscription('news')
@EventsHandler(TodoCreated)
class News {
  handle(): void {
    // What it does is of no interest here.
  }
}

const lookOn = (...handlers: Type[]): Promise<ProjectionApp> => apps.start(handlers, { enabled: false });

it('tells of handlers that no instance has begun yet, and cannot pause them', async () => {
  const { manager } = await lookOn(Labels, News);
  const writer = await apps.start([]);
  const head = await writer.create('milk');
  expect(await manager.status('labels')).toEqual({
    name: 'labels',
    kind: 'projection',
    version: 1,
    state: 'waiting',
    position: 0n,
    lag: { events: 1, seconds: expect.any(Number) },
    rate: 0,
    handled: 0,
    retrying: 0,
    parked: 0,
    partitions: [],
    rebuild: null,
    stalledAt: null,
  });
  // What is stored before it begins is no business of it.
  expect(await manager.status('news')).toMatchObject({ position: head, lag: { events: 0, seconds: 0 } });
  expect((await manager.status()).map(({ name }) => name)).toEqual(['labels', 'news']);
  await expect(manager.pause('labels')).rejects.toThrow(InvalidArgumentError);
  await expect(manager.pause('labels')).rejects.toThrow(/No instance has begun labels yet/);
  await expect(manager.status('other')).rejects.toThrow(
    /no projection or subscription "other".*labels, news/,
  );
});

it('shows and steers from an instance that only looks on, which takes no part', async () => {
  const working = await apps.start([Labels]);
  const { manager, dataSource } = await lookOn(Labels);
  let position = 0n;
  for (let n = 0; n < 40; n += 1) position = await working.create(`${n}`);
  await manager.waitFor('labels', position);
  slowness = 20;
  await manager.rebuild('labels', { wait: false });
  const seen: { rate: number; timeLeft: number | null }[] = [];
  await until(async () => {
    const { rebuild } = await manager.status('labels');
    if (rebuild && rebuild.rate > 0) seen.push(rebuild);
    return seen.length > 3;
  });
  expect(seen.every(({ rate, timeLeft }) => rate > 1 && timeLeft !== null && timeLeft > 0)).toBe(true);
  await manager.pause('labels');
  await until(async () => (await manager.status('labels')).partitions[0]?.owner === null);
  expect((await manager.status('labels')).rebuild).not.toBeNull();
  await manager.resume('labels');
  slowness = 0;
  await until(async () => (await manager.status('labels')).rebuild === null);
  expect(await manager.retry('labels')).toBe(0);
  expect(handled).toHaveLength(40);
  const instances = await dataSource.query('select id from projection_instance');
  expect(instances).toHaveLength(1);
});

it('handles again in a rebuild what was skipped', async () => {
  const app = await apps.start([Labels]);
  const { manager } = app;
  await manager.waitFor('labels', await app.create('milk'));
  await app.create('poison');
  await until(async () => (await manager.parked('labels')).length === 1);
  const [parked] = await manager.parked('labels');
  await manager.skip('labels', parked!.eventId, 'it can never be handled');
  await until(async () => (await manager.status('labels')).retrying === 0);
  expect(await manager.parked('labels')).toEqual([]);
  await manager.rebuild('labels');
  expect(handled).toEqual(['milk', 'poison']);
  expect(await manager.parked('labels')).toMatchObject([{ eventId: parked!.eventId }]);
  // Who asks later finds that it was given up before.
  expect(await manager.skipped('labels')).toMatchObject([{ reason: 'it can never be handled' }]);
});
