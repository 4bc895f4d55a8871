import { Big } from 'big.js';
import { SampleApplication } from './sample-application.js';

describe('transfers at the same time', () => {
  let sample: SampleApplication;

  beforeAll(async () => {
    sample = await SampleApplication.start();
  });
  afterAll(async () => sample.stop());

  async function balances(ids: readonly string[]): Promise<Big[]> {
    return Promise.all(
      ids.map(
        async (id) =>
          new Big(((await sample.http.get(`/accounts/${id}`)).body as { balance: string }).balance),
      ),
    );
  }

  it.each([false, true])('lose no cent, and never go below zero (Idempotency-Key: %s)', async (withKey) => {
    const accounts = await Promise.all(
      ['10', '0.07', '33.33', '5'].map(async (amount) => sample.account(amount)),
    );
    const total = (await balances(accounts)).reduce((sum, balance) => sum.plus(balance));
    const answers = await Promise.all(
      Array.from({ length: 80 }, async (_, i) => {
        const [from, to] = [accounts[i % 4], accounts[(i + 1 + (i % 3)) % 4]];
        const key = withKey ? `transfer-${i}-${from}` : undefined;
        return sample.post('/transfers', { from, to, amount: `${i % 7}.0${(i % 9) + 1}` }, key);
      }),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].filter((status) => ![201, 409, 422].includes(status))).toEqual([]);
    expect(statuses).toContain(201);

    const after = await balances(accounts);
    expect(after.reduce((sum, balance) => sum.plus(balance)).toFixed(2)).toBe(total.toFixed(2));
    for (const [index, id] of accounts.entries()) {
      const version = ((await sample.http.get(`/accounts/${id}`)).body as { version: number }).version;
      for (let past = 1; past <= version; past += 1) {
        const { body } = await sample.http.get(`/accounts/${id}?version=${past}`);
        expect(new Big((body as { balance: string }).balance).gte(0)).toBe(true);
      }
      expect(after[index]!.gte(0)).toBe(true);
    }
  });

  it('and withdrawals take no more than there is', async () => {
    const [from, to] = [await sample.account('10'), await sample.account()];
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, i) =>
        i % 2 === 0
          ? sample.post('/transfers', { from, to, amount: '3' })
          : sample.post(`/accounts/${from}/withdrawals`, { amount: '3' }),
      ),
    );
    const taken = answers.filter(({ status }) => status === 201).length;
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(4);
    expect((await balances([from])).map(String)).toEqual([`${10 - 3 * taken}`]);
  });

  it.each([false, true])('do not deadlock in opposite directions (Idempotency-Key: %s)', async (withKey) => {
    const [a, b] = [await sample.account('100'), await sample.account('100')];
    for (let round = 0; round < 15; round += 1) {
      const answers = await Promise.all(
        [
          [a, b],
          [b, a],
        ].map(async ([from, to]) =>
          sample.post('/transfers', { from, to, amount: '1' }, withKey ? `${round}-${from}` : undefined),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    }
    expect((await balances([a, b])).map(String)).toEqual(['100', '100']);
  });

  it('are stored on both accounts with one id', async () => {
    const [from, to] = [await sample.account('10'), await sample.account()];
    const { body } = await sample.post('/transfers', { from, to, amount: '4' });
    const { id } = body as { id: string };
    const last = async (account: string): Promise<unknown> =>
      ((await sample.http.get(`/accounts/${account}/events`)).body as unknown[]).at(-1);
    expect(await last(from)).toMatchObject({
      type: 'account_transfer_sent',
      data: { transfer: id, to, amount: '4.00' },
    });
    expect(await last(to)).toMatchObject({
      type: 'account_transfer_received',
      data: { transfer: id, from, amount: '4.00' },
    });
  });
});
