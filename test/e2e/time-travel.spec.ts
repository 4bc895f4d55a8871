import { setTimeout as sleep } from 'node:timers/promises';
import { SampleApplication } from './sample-application.js';

describe('the past of an account', () => {
  let sample: SampleApplication;
  let id: string;
  const times: string[] = [];

  beforeAll(async () => {
    sample = await SampleApplication.start();
    id = await sample.account();
    for (const amount of ['10', '20', '30']) {
      await sleep(5);
      await sample.post(`/accounts/${id}/deposits`, { amount });
    }
    const { body } = await sample.http.get(`/accounts/${id}/events`);
    times.push(...(body as { createdAt: string }[]).map(({ createdAt }) => createdAt));
  });
  afterAll(async () => sample.stop());

  const show = (query: Record<string, string>) => sample.http.get(`/accounts/${id}`).query(query);

  it('can be seen by version', async () => {
    const balances: unknown[] = [];
    for (const version of ['1', '2', '3', '4']) {
      const { body } = await show({ version }).expect(200);
      balances.push([(body as { balance: string }).balance, (body as { version: number }).version]);
    }
    expect(balances).toEqual([
      ['0.00', 1],
      ['10.00', 2],
      ['30.00', 3],
      ['60.00', 4],
    ]);
    await show({ version: '5' }).expect(404);
  });

  it('can be seen by time', async () => {
    for (const [index, asOf] of times.entries()) {
      const { body } = await show({ asOf }).expect(200);
      expect(body).toMatchObject({ version: index + 1 });
    }
    const { body } = await show({ asOf: '9999-12-31T23:59:59Z' }).expect(200);
    expect(body).toMatchObject({ version: 4 });
  });

  it('takes any zone', async () => {
    const local = new Date(Date.parse(times[1]!) + 2 * 3_600_000).toISOString().replace('Z', '+02:00');
    const { body } = await show({ asOf: local }).expect(200);
    expect(body).toMatchObject({ version: 2 });
  });

  it('has nothing before the account was opened', async () => {
    await show({ asOf: '1970-01-01T00:00:00Z' }).expect(404);
    await show({ asOf: new Date(Date.parse(times[0]!) - 1).toISOString() }).expect(404);
  });

  it('ends where calendars do', async () => {
    for (const asOf of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-14:00']) {
      const { status } = await show({ asOf });
      expect([200, 400, 404]).toContain(status);
    }
  });

  it.each<Record<string, string>>([
    { asOf: '2026-01-31T12:00:00' },
    { asOf: '2026-01-31' },
    { asOf: 'yesterday' },
    { asOf: '' },
    { asOf: '2026-02-30T00:00:00Z' },
    { asOf: '2026-01-31T25:00:00Z' },
    { asOf: '2026-01-31T12:00:00 02:00' },
    { asOf: '2026-01-31T12:00:00+99:00' },
    { asOf: '1769860800000' },
    { version: '0' },
    { version: '-1' },
    { version: '1.5' },
    { version: '1e2' },
    { version: 'two' },
    { version: '' },
    { version: '99999999999999999999' },
    { version: '1', asOf: '2026-01-31T12:00:00Z' },
    { at: '1' },
  ])('cannot be asked for with %j', async (query) => {
    const { body } = await show(query).expect(400);
    expect(body).toMatchObject({ statusCode: 400, error: 'Bad Request' });
  });

  it('cannot be asked for with two versions', async () => {
    await sample.http.get(`/accounts/${id}?version=1&version=2`).expect(400);
    await sample.http.get(`/accounts/${id}?version[gt]=1`).expect(400);
  });
});
