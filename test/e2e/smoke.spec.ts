import { SampleApplication, unusedId } from './sample-application.js';

describe.each(['Express', 'Fastify'] as const)('the sample on %s', (platform) => {
  let sample: SampleApplication;

  beforeAll(async () => {
    sample = await SampleApplication.start(platform);
  });
  afterAll(async () => sample.stop());

  it('creates, changes and shows a to-do', async () => {
    const created = await sample.post('/todos', { label: 'buy milk' }).expect(201);
    const { id } = created.body as { id: string };
    expect(created.body).toEqual({ id, label: 'buy milk', version: 1 });

    const changed = await sample.http.patch(`/todos/${id}`).send({ label: 'buy bread' }).expect(200);
    expect(changed.body).toEqual({ id, label: 'buy bread', version: 2 });

    await sample.http.get(`/todos/${id}`).expect(200, { id, label: 'buy bread', version: 2 });
    await sample.http.get(`/todos/${id.toUpperCase()}`).expect(200);
  });

  it('keeps accounts to the cent', async () => {
    const { body } = await sample.post('/accounts', { owner: 'Ada' }).expect(201);
    const { id } = body as { id: string };
    const { openedOn } = body as { openedOn: string };
    expect(openedOn).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(body).toEqual({ id, owner: 'Ada', balance: '0.00', currency: 'EUR', openedOn, version: 1 });

    await sample.post(`/accounts/${id}/deposits`, { amount: '0.1' }).expect(201);
    await sample.post(`/accounts/${id}/deposits`, { amount: '0.2' }).expect(201);
    const account = { id, owner: 'Ada', balance: '0.25', currency: 'EUR', openedOn, version: 4 };
    await sample.post(`/accounts/${id}/withdrawals`, { amount: '0.05' }).expect(201, account);
    await sample.http.get(`/accounts/${id}`).expect(200, account);
  });

  it('moves money from one account to another', async () => {
    const from = await sample.account('10');
    const to = await sample.account();
    const { body } = await sample.post('/transfers', { from, to, amount: '2.5' }).expect(201);
    const { id } = body as { id: string };
    expect(body).toEqual({ id, from, to, amount: '2.50' });
    const sender = await sample.http.get(`/accounts/${from}`).expect(200);
    expect(sender.body).toMatchObject({ id: from, balance: '7.50', version: 3 });
    const receiver = await sample.http.get(`/accounts/${to}`).expect(200);
    expect(receiver.body).toMatchObject({ id: to, balance: '2.50', version: 2 });
  });

  it('lists the events of an account', async () => {
    const id = await sample.account('1.5');
    const { body } = await sample.http.get(`/accounts/${id}/events`).expect(200);
    const stored = {
      id: expect.any(String),
      position: expect.stringMatching(/^\d+$/),
      createdAt: expect.any(String),
    };
    const opened = { owner: 'Ada', currency: 'EUR', openedOn: expect.stringMatching(/T00:00:00.000Z$/) };
    const caused = { metadata: { correlationId: expect.any(String), causationId: expect.any(String) } };
    expect(body).toEqual([
      { ...stored, ...caused, type: 'account_opened', version: 1, data: opened },
      { ...stored, ...caused, type: 'account_money_deposited', version: 2, data: { amount: '1.50' } },
    ]);
  });

  it('answers a repeated request as before', async () => {
    const id = await sample.account();
    const first = await sample.post(`/accounts/${id}/deposits`, { amount: '5' }, `again-${id}`).expect(201);
    await sample.post(`/accounts/${id}/deposits`, { amount: '5' }, `again-${id}`).expect(201, first.text);
    await sample.post(`/accounts/${id}/deposits`, { amount: '6' }, `again-${id}`).expect(422);
  });

  it('answers 404 for what does not exist', async () => {
    const { body } = await sample.http.get(`/accounts/${unusedId()}`).expect(404);
    expect(body).toMatchObject({ statusCode: 404, error: 'Not Found', code: 'AGGREGATE_NOT_FOUND' });
    await sample.http.get('/files/tree').expect(404);
    await sample.http.get('/nowhere').expect(404);
  });

  it.each([
    '%00',
    'a%00b',
    '..%2F..%2Fetc%2Fpasswd',
    'x'.repeat(5000),
    '%F0%9F%92%A3',
    '%E0%A4%A',
    '%',
    '__proto__',
    "'%3B drop table event_journal--",
  ])('has no accident with the id %.40s', async (id) => {
    for (const path of [`/accounts/${id}`, `/accounts/${id}/events`, `/todos/${id}`]) {
      const { status } = await sample.http.get(path);
      expect([400, 404, 414]).toContain(status);
    }
  });

  it('describes all routes', async () => {
    const { body } = await sample.http.get('/docs-json').expect(200);
    const { paths } = body as { paths: Record<string, Record<string, { responses: object }>> };
    expect(Object.keys(paths).sort()).toEqual([
      '/accounts',
      '/accounts/{id}',
      '/accounts/{id}/deposits',
      '/accounts/{id}/events',
      '/accounts/{id}/statement',
      '/accounts/{id}/withdrawals',
      '/files/history',
      '/files/tree',
      '/health',
      '/projections',
      '/projections/{name}',
      '/projections/{name}/parked',
      '/projections/{name}/parked/{eventId}/retry',
      '/projections/{name}/parked/{eventId}/skip',
      '/projections/{name}/pause',
      '/projections/{name}/rebuild',
      '/projections/{name}/resume',
      '/projections/{name}/retry',
      '/projections/{name}/skipped',
      '/todos',
      '/todos/{id}',
      '/transfers',
    ]);
    expect(Object.keys(paths['/transfers']!['post']!.responses)).toEqual(['201', '400', '404', '409', '422']);
  });
});

describe('the pages of the documentation', () => {
  it('are served on Express', async () => {
    const sample = await SampleApplication.start();
    const { text } = await sample.http.get('/docs').expect(200);
    expect(text).toContain('swagger-ui');
    await sample.http.get('/docs/swagger-ui-bundle.js').expect(200);
    await sample.stop();
  });
});
