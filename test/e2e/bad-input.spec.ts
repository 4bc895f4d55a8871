import { SampleApplication, unusedId } from './sample-application.js';

describe('bad input', () => {
  let sample: SampleApplication;
  let account: string;

  beforeAll(async () => {
    sample = await SampleApplication.start();
    account = await sample.account('100');
  });
  afterAll(async () => sample.stop());

  it.each<[string, unknown]>([
    ['a number', 5],
    ['a number that looks exact', 12.5],
    ['zero', '0'],
    ['zero with decimals', '0.00'],
    ['less than zero', '-1'],
    ['a sign', '+1'],
    ['three decimals', '1.001'],
    ['an exponent', '1e3'],
    ['hexadecimal', '0x10'],
    ['a leading zero', '007'],
    ['a comma', '1,50'],
    ['white space', ' 1'],
    ['no digits before the point', '.5'],
    ['no digits after the point', '5.'],
    ['other digits', '１２'],
    ['too many digits', '12345678901234567'],
    ['a word', 'NaN'],
    ['nothing', ''],
    ['null', null],
    ['a list', ['1']],
    ['an object', { amount: '1' }],
  ])('refuses %s as an amount', async (_what, amount) => {
    for (const path of [`/accounts/${account}/deposits`, `/accounts/${account}/withdrawals`]) {
      const { body } = await sample.post(path, { amount }).expect(400);
      expect(body).toMatchObject({ statusCode: 400, error: 'Bad Request' });
      expect(JSON.stringify(body)).toContain('amount');
    }
    await sample.post('/transfers', { from: account, to: unusedId(), amount }).expect(400);
  });

  it.each(['1', '0.01', '0.1', '9999999999999999.99'])('takes %s as an amount', async (amount) => {
    const id = await sample.account(amount);
    const { body } = await sample.post(`/accounts/${id}/withdrawals`, { amount }).expect(201);
    expect(body).toMatchObject({ balance: '0.00', version: 3 });
  });

  it('refuses to go below zero, and says by how much', async () => {
    const id = await sample.account('5');
    const { body } = await sample.post(`/accounts/${id}/withdrawals`, { amount: '5.01' }).expect(422);
    expect(body).toEqual({
      statusCode: 422,
      error: 'Unprocessable Entity',
      code: 'INSUFFICIENT_FUNDS',
      message: expect.stringContaining('5.00'),
      account: id,
      balance: '5.00',
      amount: '5.01',
    });
    await sample.post('/transfers', { from: id, to: account, amount: '5.01' }).expect(422);
    const unchanged = await sample.http.get(`/accounts/${id}`).expect(200);
    expect(unchanged.body).toMatchObject({ id, balance: '5.00', version: 2 });
  });

  it.each<[string, unknown]>([
    ['no label', {}],
    ['an empty one', { label: '' }],
    ['a blank one', { label: ' \t\n' }],
    ['a NUL in it', { label: 'a\0b' }],
    ['half of a surrogate pair', { label: '\ud800' }],
    ['a number', { label: 1 }],
    ['too long a one', { label: 'x'.repeat(501) }],
    ['an unknown property', { label: 'x', done: true }],
    ['a list', []],
  ])('refuses a to-do with %s', async (_what, body) => {
    await sample.post('/todos', body as object).expect(400);
  });

  it.each<[string, unknown]>([
    ['blank', ' '],
    ['an ideographic space', '\u3000'],
    ['a text with NUL', 'a\0b'],
    ['half of a surrogate pair', 'Ada \udc00'],
    ['a list', ['Ada']],
  ])('refuses an owner that is %s, and tells nothing about the inside', async (_what, owner) => {
    const { body } = await sample.post('/accounts', { owner }).expect(400);
    expect(body).toEqual({ statusCode: 400, error: 'Bad Request', message: expect.any(Array) });
    for (const message of (body as { message: string[] }).message)
      expect(message).toMatch(/^owner must be|^owner must not/);
  });

  it.each([['CHF'], ['eur'], [''], [null], [1], [['EUR']], ['__proto__']])(
    'refuses %j as a currency, and says which there are',
    async (currency) => {
      const { body } = await sample.post('/accounts', { owner: 'Ada', currency }).expect(400);
      expect(body).toMatchObject({ message: [expect.stringMatching(/^currency must be .* EUR, GBP, USD$/)] });
    },
  );

  it('takes an owner with spaces, accents and emoji', async () => {
    const owner = ' Ada 🚀 Lövelace';
    const { body } = await sample.post('/accounts', { owner }).expect(201);
    expect(body).toMatchObject({ owner });
  });

  it('refuses what is no JSON, and nothing at all', async () => {
    await sample.http.post('/todos').set('content-type', 'application/json').send('{"label"').expect(400);
    await sample.http.post('/todos').set('content-type', 'application/json').send('null').expect(400);
    await sample.http.post('/todos').expect(400);
    await sample.http.post('/todos').set('content-type', 'text/plain').send('label').expect(400);
  });

  it('refuses transfers that make no sense', async () => {
    const amount = '1';
    await sample.post('/transfers', { from: account, to: account, amount }).expect(400);
    await sample.post('/transfers', { from: account, to: account.toUpperCase(), amount }).expect(400);
    await sample.post('/transfers', { from: account, to: 'b', amount }).expect(400);
    await sample.post('/transfers', { from: account, to: unusedId(), amount }).expect(404);
    await sample.post('/transfers', { from: unusedId(), to: account, amount }).expect(404);
  });

  it('answers 404 for commands to what does not exist', async () => {
    await sample.post(`/accounts/${unusedId()}/deposits`, { amount: '1' }).expect(404);
    await sample.post(`/accounts/${unusedId()}/withdrawals`, { amount: '1' }).expect(404);
    await sample.http.get(`/accounts/${unusedId()}/events`).expect(404);
    await sample.http.patch(`/todos/${unusedId()}`).send({ label: 'x' }).expect(404);
  });

  it('answers 409 to those who change the same to-do at the same moment and come too late', async () => {
    const created = await sample.post('/todos', { label: 'x' });
    const { id } = created.body as { id: string };
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, i) =>
        sample.http.patch(`/todos/${id}`).send({ label: `label ${i}` }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);
    expect(statuses).toContain(409);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'CONCURRENCY' });
    const { body } = await sample.http.get(`/todos/${id}`);
    expect(body).toMatchObject({ version: 1 + statuses.filter((status) => status === 200).length });
  });
});
