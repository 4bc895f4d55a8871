import { DataSource } from 'typeorm';
import { CreateAccountRow1763990100000 } from '../../sample-app/accounts/read-models/1763990100000-create-account-row.js';
import { until } from '../fixtures/projection-app.js';
import { SampleApplication } from './sample-application.js';

interface Account {
  id: string;
  owner: string;
  balance: string;
}

describe('accounts whose table is lost', () => {
  let sample: SampleApplication;

  beforeAll(async () => {
    sample = await SampleApplication.start();
  });
  afterAll(async () => sample.stop());

  async function list(after?: string): Promise<Account[]> {
    return (await sample.http.get('/accounts').query({ after, limit: 500 }).expect(200)).body as Account[];
  }

  async function status(): Promise<Record<string, unknown>> {
    return (await sample.http.get('/projections/account-list').expect(200)).body as Record<string, unknown>;
  }

  it('are all there after a rebuild, to the cent, with what came in between', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => sample.account(`${i * 1000}.${10 + i}`)),
    );
    const transfers = Array.from({ length: 60 }, async (_, i) =>
      sample.post('/transfers', {
        from: ids[(i % 19) + 1],
        to: ids[(i * 7) % 20],
        amount: `0.0${(i % 9) + 1}`,
      }),
    );
    const answers = await Promise.all(transfers);
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(30);
    const last = await sample.post(`/accounts/${ids[0]}/deposits`, { amount: '0.07' }).expect(201);
    const before = await list((last.headers as Record<string, string>)['event-position']);
    expect(before.map(({ id }) => id).sort()).toEqual([...ids].sort());

    const dataSource = sample.app.get(DataSource);
    await dataSource.query('drop table account_row');
    await sample.http.get('/accounts').expect(500);
    await sample.post(`/accounts/${ids[1]}/deposits`, { amount: '0.01' }).expect(201);
    const runner = dataSource.createQueryRunner();
    await new CreateAccountRow1763990100000().up(runner);
    await runner.release();
    expect(await list()).toEqual([]);

    const begun = await sample.http.post('/projections/account-list/rebuild').expect(202);
    expect(begun.body).toMatchObject({ name: 'account-list' });
    await until(async () => (await status())['rebuild'] === null);
    const after = await list();
    expect(after.filter(({ id }) => id !== ids[1])).toEqual(before.filter(({ id }) => id !== ids[1]));
    for (const account of after) await sample.http.get(`/accounts/${account.id}`).expect(200, account);
    await until(async () => (await status())['state'] === 'running');
    expect(await status()).toMatchObject({ parked: 0, retrying: 0, rebuild: null });
  });
});
