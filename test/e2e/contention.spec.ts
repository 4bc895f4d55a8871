import { SampleApplication } from './sample-application.js';

describe('many at once', () => {
  let sample: SampleApplication;

  beforeAll(async () => {
    sample = await SampleApplication.start();
  });
  afterAll(async () => sample.stop());

  /** How often each status was answered. */
  async function statusesOf(
    count: number,
    send: (index: number) => PromiseLike<{ status: number }>,
  ): Promise<Record<number, number>> {
    const answers = await Promise.all(Array.from({ length: count }, async (_, index) => send(index)));
    const counts: Record<number, number> = {};
    for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }

  async function balanceOf(id: string): Promise<string> {
    return ((await sample.http.get(`/accounts/${id}`)).body as { balance: string }).balance;
  }

  it('pay in to one account: all are taken', async () => {
    const id = await sample.account();
    const path = `/accounts/${id}/deposits`;
    expect(await statusesOf(50, () => sample.post(path, { amount: '1' }))).toEqual({ 201: 50 });
    expect(await balanceOf(id)).toBe('50.00');
  });

  it('take out of one account: as many as there is money for, and the others are told', async () => {
    const id = await sample.account('30');
    const path = `/accounts/${id}/withdrawals`;
    expect(await statusesOf(50, () => sample.post(path, { amount: '1' }))).toEqual({ 201: 30, 422: 20 });
    expect(await balanceOf(id)).toBe('0.00');
  });

  it('transfer between two accounts in both directions: all arrive', async () => {
    const [a, b] = [await sample.account('100'), await sample.account('100')];
    const transfer = (index: number) =>
      sample.post('/transfers', { ...(index % 2 ? { from: a, to: b } : { from: b, to: a }), amount: '1' });
    expect(await statusesOf(40, transfer)).toEqual({ 201: 40 });
    expect([await balanceOf(a), await balanceOf(b)]).toEqual(['100.00', '100.00']);
  });
});
