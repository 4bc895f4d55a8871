import { SampleApplication, unusedId } from './sample-application.js';

interface StoredEvent {
  type: string;
  metadata: Record<string, unknown>;
}

describe('Idempotency-Key', () => {
  let sample: SampleApplication;
  let account: string;

  beforeAll(async () => {
    sample = await SampleApplication.start();
  });
  beforeEach(async () => {
    account = await sample.account('100');
  });
  afterAll(async () => sample.stop());

  const eventsOf = async (id: string): Promise<StoredEvent[]> =>
    (await sample.http.get(`/accounts/${id}/events`)).body as StoredEvent[];

  it('answers a repeated request as before, byte for byte, and does nothing', async () => {
    const other = await sample.account();
    const todo = (await sample.post('/todos', { label: 'x' })).body as { id: string };
    const requests: [path: string, body: object, method?: 'patch'][] = [
      ['/accounts', { owner: 'Bob' }],
      [`/accounts/${account}/deposits`, { amount: '1' }],
      [`/accounts/${account}/withdrawals`, { amount: '2' }],
      ['/transfers', { from: account, to: other, amount: '3' }],
      ['/todos', { label: 'once' }],
      [`/todos/${todo.id}`, { label: 'once' }, 'patch'],
    ];
    for (const [path, body, method = 'post'] of requests) {
      const send = (key: string) => sample.http[method](path).set('Idempotency-Key', key).send(body);
      const key = unusedId();
      const first = await send(key);
      const again = await send(key);
      expect([first.status, again.status]).toEqual(method === 'post' ? [201, 201] : [200, 200]);
      expect(again.text).toBe(first.text);
      const anew = await send(unusedId());
      expect(anew.text).not.toBe(first.text);
    }
  });

  it('is the command id of the events', async () => {
    const key = unusedId();
    await sample.post(`/accounts/${account}/deposits`, { amount: '1' }, key);
    const last = (await eventsOf(account)).at(-1);
    expect(last?.metadata).toEqual({ commandId: key, correlationId: key, causationId: key });
  });

  it('answers the same to requests that arrive at the same time', async () => {
    const other = await sample.account();
    for (const [path, body] of [
      ['/accounts', { owner: 'Bob' }],
      [`/accounts/${account}/withdrawals`, { amount: '80' }],
      ['/transfers', { from: account, to: other, amount: '15' }],
    ] as const) {
      const key = unusedId();
      const answers = await Promise.all(Array.from({ length: 25 }, async () => sample.post(path, body, key)));
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
      expect(answers[0]?.status).toBe(201);
    }
    const { body } = await sample.http.get(`/accounts/${account}`);
    expect(body).toMatchObject({ balance: '5.00', version: 4 });
  });

  it('bears more requests at once than there are connections', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => sample.post('/todos', { label: `${i}` }, unusedId())),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  });

  it('refuses another request with the same key', async () => {
    const key = unusedId();
    await sample.post(`/accounts/${account}/deposits`, { amount: '1' }, key).expect(201);
    for (const [path, body] of [
      [`/accounts/${account}/deposits`, { amount: '2' }],
      [`/accounts/${account}/withdrawals`, { amount: '1' }],
      ['/todos', { label: 'x' }],
      ['/todos', {}],
    ] as const) {
      const answer = await sample.post(path, body, key).expect(422);
      expect(answer.body).toMatchObject({ statusCode: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
    }
    const transfer = { from: account, to: await sample.account(), amount: '1' };
    const second = unusedId();
    await sample.post('/transfers', transfer, second).expect(201);
    const { from, to, amount } = transfer;
    await sample.post('/transfers', { amount, to, from }, second).expect(201);
  });

  it('decides between different requests with the same key at the same time', async () => {
    const key = unusedId();
    const answers = await Promise.all(
      Array.from({ length: 10 }, async (_, i) =>
        sample.post(`/accounts/${account}/deposits`, { amount: `${i + 1}` }, key),
      ),
    );
    const taken = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status === 422);
    expect([taken.length, refused.length]).toEqual([1, 9]);
    expect(await eventsOf(account)).toHaveLength(3);
  });

  it('does not remember failures', async () => {
    const key = unusedId();
    const withdraw = () => sample.post(`/accounts/${account}/withdrawals`, { amount: '150' }, key);
    await withdraw().expect(422);
    await sample.post(`/accounts/${account}/deposits`, { amount: '50' }).expect(201);
    await withdraw().expect(201);
    await withdraw().expect(201);
    const { body } = await sample.http.get(`/accounts/${account}`).expect(200);
    expect(body).toMatchObject({ id: account, balance: '0.00', version: 4 });

    const bad = unusedId();
    await sample.post('/accounts', { owner: 1 }, bad).expect(400);
    await sample.post('/accounts', { owner: 'Bob' }, bad).expect(201);
  });

  it('is remembered after a restart', async () => {
    const key = unusedId();
    const deposit = () => sample.post(`/accounts/${account}/deposits`, { amount: '1' }, key);
    const first = await deposit().expect(201);
    await sample.restart();
    await deposit().expect(201, first.text);
    expect(await eventsOf(account)).toHaveLength(3);
  });

  it.each(['', ' ', 'x'.repeat(201), 'a b', 'ä'])('has to be usable: %j is not', async (key) => {
    const { status } = await sample.post('/todos', { label: 'x' }, key);
    expect(status).toBe(400);
  });
});
