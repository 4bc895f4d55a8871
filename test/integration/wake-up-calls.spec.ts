import type { Type } from '@nestjs/common';
import { EventsHandler, Projection } from 'nestevents';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { ProjectionApps, until, type ProjectionApp } from '../fixtures/projection-app.js';
import { TodoCreated } from '../fixtures/todo.js';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';
import type { WriteReport } from './lone-writer.js';

/** What only the clock would find is not found in time. */
const DEAF = { pollInterval: 60_000, leaseFor: 240_000 };
/** Behind a pooler nobody hears anything. */
const SOON = 3_000;

let database: TestDatabase;
let apps: ProjectionApps;

beforeEach(async () => {
  database = await createTestDatabase();
  apps = new ProjectionApps(database, []);
});

afterEach(async () => {
  await apps.closeAll();
  await assertNoConnectionsLeft(database);
  await database.drop();
});

const start = (handler: Type): Promise<ProjectionApp> => apps.start([handler], DEAF, database.directUrl);

@Projection('labels')
@EventsHandler(TodoCreated)
class Labels {
  readonly seen: string[] = [];

  handle({ label }: TodoCreated): void {
    this.seen.push(label);
  }
}

const owners = async ({ manager }: ProjectionApp): Promise<(string | null)[]> =>
  (await manager.status('labels')).partitions.map(({ owner }) => owner);

it('a handler hears at once of what a program without handlers has stored', async () => {
  const { manager, module } = await start(Labels);
  const writer = fork(path.join(import.meta.dirname, 'lone-writer-program.js'), {
    env: { ...process.env, DATABASE_URL: database.directUrl },
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(writer, 'exit');
  await once(writer, 'message');
  const write = async (todos: number): Promise<WriteReport> => {
    const answered = once(writer, 'message');
    writer.send({ todos });
    return ((await answered) as [WriteReport])[0];
  };
  const one = await write(1);
  await manager.waitFor('labels', BigInt(one.position), { timeout: SOON });
  const many = await write(500);
  await manager.waitFor('labels', BigInt(many.position), { timeout: SOON });
  expect(module.get(Labels).seen).toHaveLength(501);
  // Not one for each of them.
  expect(many.notifications).toBeLessThanOrEqual(3 + many.milliseconds / 5);
  // The last one is told of before the program ends.
  const last = await write(1);
  writer.disconnect();
  await ended;
  await manager.waitFor('labels', BigInt(last.position), { timeout: SOON });
});

it('what one instance pauses or resumes, another one hears of at once', async () => {
  const first = await start(Labels);
  const second = await start(Labels);
  await until(async () => !(await owners(second)).includes(null), SOON);
  await second.manager.pause('labels');
  await until(async () => (await owners(second)).every((owner) => owner === null), SOON);
  const position = await second.create('later');
  await second.manager.resume('labels');
  await first.manager.waitFor('labels', position, { timeout: SOON });
});

it('what an instance hands over at its end, another one takes at once', async () => {
  const first = await start(Labels);
  const second = await start(Labels);
  const [owner] = await owners(second);
  expect(owner).not.toBeNull();
  await apps.close(first);
  await until(async () => {
    const [next] = await owners(second);
    return next !== null && next !== owner;
  }, SOON);
  await second.manager.waitFor('labels', await second.create('here'), { timeout: SOON });
  expect(second.module.get(Labels).seen).toEqual(['here']);
});
