import type { Type } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EventsHandler, Projection } from 'nestevents';
import { setTimeout as sleep } from 'node:timers/promises';
import { Column, Entity, PrimaryColumn, Repository } from 'typeorm';
import { ProjectionApps, until, type ProjectionApp } from '../fixtures/projection-app.js';
import { TodoCreated } from '../fixtures/todo.js';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

@Entity('pool_row')
class PoolRow {
  @PrimaryColumn('text')
  id!: string;

  @Column('int', { default: 0 })
  events!: number;
}

const LEASE = 400;

let calls: string[];
let database: TestDatabase;
let apps: ProjectionApps;

beforeEach(async () => {
  calls = [];
  database = await createTestDatabase();
  apps = new ProjectionApps(database, [PoolRow]);
  await apps.createTables();
});

afterEach(async () => {
  await apps.closeAll();
  await assertNoConnectionsLeft(database);
  await database.drop();
});

/** A projection that has a connection of the pool for longer than its lease. */
function slow(name: string): Type {
  @Projection(name, { batchSize: 1 })
  @EventsHandler(TodoCreated)
  class Slow {
    async handle({ label }: TodoCreated): Promise<void> {
      calls.push(`${name} ${label}`);
      await sleep(LEASE * 2);
    }
  }
  return Slow;
}

@Projection('inline-rows', { mode: 'inline', timeout: 40_000 })
@EventsHandler(TodoCreated)
class InlineRows {
  constructor(@InjectRepository(PoolRow) private readonly rows: Repository<PoolRow>) {}

  async handle({ aggregateId: id }: TodoCreated): Promise<void> {
    await this.rows.upsert({ id }, ['id']);
    await this.rows.increment({ id }, 'events', 1);
  }

  async reset(): Promise<void> {
    await this.rows.createQueryBuilder().delete().execute();
  }
}

const start = (handlers: Type[], poolSize: number): Promise<ProjectionApp> =>
  apps.start(handlers, { leaseFor: LEASE }, database.url, poolSize);

it.each([1, 2])(
  'slow handlers keep their leases with a pool of %d',
  async (poolSize) => {
    const names = ['one', 'two', 'three'];
    const handlers = names.map(slow);
    const [first, second] = [await start(handlers, poolSize), await start(handlers, poolSize)];
    const shared = async (): Promise<boolean> => {
      const owners = (await first.manager.status()).flatMap(({ partitions }) => partitions);
      return new Set(owners.map(({ owner }) => owner)).size === 2 && owners.every(({ owner }) => owner);
    };
    await until(shared);
    let position = 0n;
    for (const label of ['a', 'b']) position = await second.create(label);
    for (const name of names) await first.manager.waitFor(name, position, { timeout: 20_000 });
    expect(calls.toSorted()).toEqual(names.flatMap((name) => [`${name} a`, `${name} b`]).toSorted());
  },
  30_000,
);

it.each([1, 2])(
  'an inline projection catches up, and is rebuilt under appends, with a pool of %d',
  async (size) => {
    const before = await start([], size);
    for (let i = 0; i < 30; i += 1) await before.create('before');
    const began = performance.now();
    const app = await start([InlineRows], size);
    await until(async () => (await app.manager.status('inline-rows')).state === 'running');
    const writing = new AbortController();
    const writers = Array.from({ length: 6 }, async () => {
      while (!writing.signal.aborted) await app.create('meanwhile');
    });
    for (let n = 0; n < 3; n += 1) await app.manager.rebuild('inline-rows');
    writing.abort();
    await Promise.all(writers);
    // Nobody has waited for a timeout.
    expect(performance.now() - began).toBeLessThan(40_000);
    const rows = app.dataSource.getRepository(PoolRow);
    const [{ count }] = await app.dataSource.query<[{ count: number }]>(
      'select count(*)::int from event_journal',
    );
    expect([await rows.count(), await rows.countBy({ events: 1 })]).toEqual([count, count]);
  },
  60_000,
);
