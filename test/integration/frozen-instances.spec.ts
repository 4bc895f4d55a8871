import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { ProjectionApps, until } from '../fixtures/projection-app.js';
import { createTestDatabase } from '../postgres/test-database.js';
import { FrozenRow, PROJECTIONS, TIMEOUT, type FreezePlan } from './frozen-instance.js';

/** After how many milliseconds at most the database ends what a frozen process holds: see BOOKKEEPING. */
const BOUND = TIMEOUT + 10_000;
const SLACK = 5_000;

const processes: ChildProcess[] = [];

afterAll(() => {
  // Those of a test that has failed.
  for (const process of processes) process.kill('SIGKILL');
});

/** Freezes one instance in a rebuild, lets another one work, and thaws the first. @returns what came of it. */
async function freeze(plan: Omit<FreezePlan, 'url'>): Promise<object> {
  const database = await createTestDatabase();
  const apps = new ProjectionApps(database, [FrozenRow]);
  await apps.createTables();
  const before = await apps.start([PROJECTIONS[plan.projection]]);
  for (const id of ['a', 'b']) await before.manager.waitFor('counts', await before.create('before', id));
  await apps.close(before);

  const frozen = fork(path.join(import.meta.dirname, 'frozen-instance-program.js'), {
    env: { ...process.env, FREEZE: JSON.stringify({ url: database.url, ...plan } satisfies FreezePlan) },
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  processes.push(frozen);
  const ended = once(frozen, 'exit');
  await once(frozen, 'message');
  const began = performance.now();
  const app = await apps.start([PROJECTIONS[plan.projection]]);
  const position = await app.create('while it is frozen', 'c');
  await app.manager.waitFor('counts', position, { timeout: BOUND + SLACK });
  const waited = performance.now() - began;
  frozen.kill('SIGCONT');
  await app.manager.waitFor('counts', await app.create('after', 'd'));
  frozen.disconnect();
  const [code] = (await ended) as [number];
  await until(async () => (await app.manager.status('counts')).state === 'running');
  const rows = await app.dataSource.getRepository(FrozenRow).find({ order: { id: 'ASC' } });
  await apps.closeAll();
  await database.drop();
  // Had it waited for less, nobody would have been frozen.
  const inTime = waited > BOUND / 2 && waited < BOUND + SLACK;
  return { code, inTime, rows: rows.map(({ id, events }) => `${id}${events}`) };
}

it('an instance that is frozen while it has a handler alone keeps others from it for a while only', async () => {
  const outcomes = await Promise.all([
    freeze({ projection: 'inline', lock: 1 }), // while the read model is emptied
    freeze({ projection: 'inline', lock: 2 }), // while the last events are made up for
    freeze({ projection: 'beside', lock: 2 }), // while the rows are exchanged
  ]);
  const fine = { code: 0, inTime: true, rows: ['a1', 'b1', 'c1', 'd1'] };
  expect(outcomes).toEqual([fine, fine, fine]);
}, 60_000);
