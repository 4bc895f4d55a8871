import { DataSource } from 'typeorm';
import { until } from '../fixtures/projection-app.js';
import { SampleApplication, unusedId } from './sample-application.js';

interface Parked {
  eventId: string;
  aggregateId: string;
  error: string;
}

describe('the operation of projections over HTTP', () => {
  let sample: SampleApplication;

  beforeAll(async () => {
    sample = await SampleApplication.start();
  });
  afterAll(async () => sample.stop());

  const get = async (path: string): Promise<unknown> => (await sample.http.get(path).expect(200)).body;
  const statusOf = async (name: string): Promise<Record<string, unknown>> =>
    (await get(`/projections/${name}`)) as Record<string, unknown>;
  const listed = async (id: string): Promise<unknown> =>
    ((await get('/accounts?limit=500')) as { id: string }[]).find((account) => account.id === id);

  it('shows all of them, with positions as text', async () => {
    const all = (await get('/projections')) as { name: string; kind: string; position: unknown }[];
    expect(all.map(({ name, kind }) => `${kind} ${name}`).sort()).toEqual([
      'projection account-list',
      'projection account-statement',
      'projection file-tree',
      'subscription large-withdrawals',
    ]);
    for (const { position } of all) expect(position).toMatch(/^\d+$/);
    await until(async () => (await statusOf('account-statement'))['state'] === 'running');
    expect(await statusOf('account-statement')).toEqual({
      name: 'account-statement',
      kind: 'projection',
      version: 1,
      state: 'running',
      position: expect.stringMatching(/^\d+$/),
      lag: { events: 0, seconds: 0 },
      rate: expect.any(Number),
      handled: 0,
      retrying: 0,
      parked: 0,
      partitions: [0, 1].map((partition) => ({
        partition,
        position: expect.stringMatching(/^\d+$/),
        owner: expect.any(String),
      })),
      rebuild: null,
      stalledAt: null,
    });
  });

  it('parks what cannot be handled until it is retried or skipped, and all else goes on', async () => {
    const dataSource = sample.app.get(DataSource);
    await dataSource.query(
      `alter table account_row add constraint no_poison check (owner <> 'Poison' and balance <> 13)`,
    );
    const { id: poison } = (await sample.post('/accounts', { owner: 'Poison' }).expect(201)).body as {
      id: string;
    };
    await sample.post(`/accounts/${poison}/deposits`, { amount: '5' }).expect(201);
    const unlucky = await sample.account('13');
    await sample.post(`/accounts/${unlucky}/deposits`, { amount: '2' }).expect(201);
    const fine = await sample.account('7');
    await until(async () => (await listed(fine)) !== undefined);
    await until(async () => (await statusOf('account-list'))['parked'] === 2, 25_000);
    expect(await listed(poison)).toBeUndefined();
    expect(await listed(unlucky)).toMatchObject({ balance: '0.00', version: 1 });
    expect(await statusOf('account-statement')).toMatchObject({ parked: 0, retrying: 0 });
    expect(await get('/health')).toMatchObject({ status: 'ok' });

    const parked = (await get('/projections/account-list/parked')) as Parked[];
    expect(parked).toMatchObject([
      { aggregateId: poison, eventType: 'account_opened', aggregateVersion: 1, attempts: 8 },
      { aggregateId: unlucky, eventType: 'account_money_deposited', aggregateVersion: 2 },
    ]);
    for (const { error } of parked) expect(error).toContain('no_poison');
    const [first, second] = parked.map(({ eventId }) => `/projections/account-list/parked/${eventId}`);

    for (const body of [{}, { reason: ' ' }, { reason: 1 }, { reason: 'a\0' }, { reason: 'x', other: 1 }]) {
      await sample.post(`${second}/skip`, body).expect(400);
    }
    await sample.post(`${second}/skip`, { reason: 'nobody wants 13' }).expect(204);
    await until(async () => ((await listed(unlucky)) as { version: number }).version === 3);
    expect(await listed(unlucky)).toMatchObject({ balance: '2.00' });
    expect(await get('/projections/account-list/skipped')).toMatchObject([
      { aggregateId: unlucky, reason: 'nobody wants 13', error: expect.stringContaining('no_poison') },
    ]);
    await sample.post(`${second}/skip`, { reason: 'again' }).expect(404);

    await dataSource.query('alter table account_row drop constraint no_poison');
    await sample.post(`${first}/retry`, {}).expect(200, { retried: 1 });
    await until(async () => ((await listed(poison)) as { version?: number } | undefined)?.version === 2);
    expect(await listed(poison)).toMatchObject({ owner: 'Poison', balance: '5.00' });
    await sample.post(`${first}/retry`, {}).expect(404);
    await sample.post('/projections/account-list/retry', {}).expect(200, { retried: 0 });
    expect(await get('/projections/account-list/parked')).toEqual([]);
  }, 60_000);

  it('pauses, resumes, rebuilds and gives up', async () => {
    expect((await sample.http.post('/projections/account-list/pause').expect(200)).body).toMatchObject({
      state: 'paused',
    });
    const { body } = await sample.http.post('/projections/account-list/rebuild').expect(202);
    expect(body).toMatchObject({ rebuild: { done: 0, total: expect.any(Number), besideTheOld: true } });
    await sample.http.post('/projections/account-list/rebuild').expect(409);
    await sample.http.delete('/projections/account-list/rebuild').expect(204);
    await sample.http.delete('/projections/account-list/rebuild').expect(409);
    expect(await statusOf('account-list')).toMatchObject({ state: 'paused', rebuild: null });
    await sample.http.post('/projections/account-list/resume').expect(200);
    await until(async () => (await statusOf('account-list'))['state'] === 'running');
  });

  it('refuses to repeat what a subscription has done', async () => {
    const { body } = await sample.http.post('/projections/large-withdrawals/rebuild').expect(409);
    expect(body).toMatchObject({ statusCode: 409, error: 'Conflict', code: 'HANDLER_DEFINITION' });
  });

  it.each([
    'nobody',
    '__proto__',
    'constructor',
    'Account-List',
    '%00',
    '%F0%9F%92%A3',
    "'%3B drop table x--",
  ])('answers 404 for the name %s', async (name) => {
    const path = `/projections/${name}`;
    const answers = [
      await sample.http.get(path),
      await sample.http.get(`${path}/parked`),
      await sample.http.get(`${path}/skipped`),
      await sample.post(`${path}/retry`, {}),
      await sample.post(`${path}/parked/${unusedId()}/retry`, {}),
      await sample.post(`${path}/parked/${unusedId()}/skip`, { reason: 'x' }),
      await sample.post(`${path}/pause`, {}),
      await sample.post(`${path}/resume`, {}),
      await sample.post(`${path}/rebuild`, {}),
      await sample.http.delete(`${path}/rebuild`),
    ];
    for (const { status, body } of answers) {
      expect({ status, body: body as unknown }).toMatchObject({
        status: 404,
        body: { statusCode: 404, code: 'UNKNOWN_HANDLER' },
      });
    }
  });

  it.each(['x', '1', '%00', '__proto__', `${unusedId()}'`])('refuses %s as an event', async (id) => {
    await sample.post(`/projections/account-list/parked/${id}/skip`, { reason: 'x' }).expect(400);
    await sample.post(`/projections/account-list/parked/${id}/retry`, {}).expect(400);
  });
});
