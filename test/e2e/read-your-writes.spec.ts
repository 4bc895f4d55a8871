import type { INestApplication } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import supertest from 'supertest';
import { DataSource } from 'typeorm';
import { SampleApplication, unusedId } from './sample-application.js';

interface Line {
  version: number;
  movement: string;
  amount: string;
  balance: string;
  counterpart?: string;
}

describe.each(['Express', 'Fastify'] as const)('reading what one has written, on %s', (platform) => {
  let sample: SampleApplication;
  let other: INestApplication;
  let elsewhere: supertest.Agent;

  beforeAll(async () => {
    sample = await SampleApplication.start(platform);
    other = await sample.secondInstance();
    await other.listen(0, '127.0.0.1');
    elsewhere = supertest(await other.getUrl());
  });
  afterAll(async () => {
    await other.close();
    await sample.stop();
  });

  const positionOf = ({ headers }: supertest.Response): string =>
    (headers as Record<string, string>)['event-position']!;
  /** As a client should: a read model that is late, as while instances share the work anew, is asked again. */
  async function read(http: supertest.Agent, path: string, after: string): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      const { status, body, headers } = await http.get(path).query({ after });
      if (status === 200) return body;
      if (status !== 503 || tries === 10) throw new Error(`${path} was answered with ${status}`);
      await sleep(Number((headers as Record<string, string>)['retry-after']) * 1000);
    }
  }
  const listed = async (http: supertest.Agent, after: string): Promise<Record<string, string>> => {
    const accounts = (await read(http, '/accounts?limit=500', after)) as { id: string; balance: string }[];
    return Object.fromEntries(accounts.map(({ id, balance }) => [id, balance]));
  };
  const linesOf = async (http: supertest.Agent, account: string, after: string): Promise<Line[]> =>
    ((await read(http, `/accounts/${account}/statement`, after)) as { lines: Line[] }).lines;

  it('works in each instance, with many writers at once', async () => {
    await Promise.all(
      Array.from({ length: 12 }, async (_, writer) => {
        const [writes, reads] = writer % 2 === 0 ? [sample.http, elsewhere] : [elsewhere, sample.http];
        const opened = await writes
          .post('/accounts')
          .send({ owner: `Writer ${writer}` })
          .expect(201);
        const { id } = opened.body as { id: string };
        expect((await listed(reads, positionOf(opened)))[id]).toBe('0.00');
        for (let i = 1; i <= 8; i += 1) {
          const paid = await writes.post(`/accounts/${id}/deposits`).send({ amount: '0.01' }).expect(201);
          const after = positionOf(paid);
          expect((await listed(reads, after))[id]).toBe(`0.0${i}`);
          expect((await linesOf(reads, id, after)).at(-1)).toMatchObject({
            version: i + 1,
            balance: `0.0${i}`,
          });
        }
      }),
    );
  });

  it('has a position for every write, the same one when it is repeated', async () => {
    const [from, to] = [await sample.account('10'), await sample.account()];
    const todo = (await sample.post('/todos', { label: 'x' }).expect(201)).body as { id: string };
    const writes: [path: string, body: object, method?: 'patch'][] = [
      ['/accounts', { owner: 'Bob' }],
      [`/accounts/${from}/deposits`, { amount: '1' }],
      [`/accounts/${from}/withdrawals`, { amount: '2' }],
      ['/transfers', { from, to, amount: '3' }],
      ['/todos', { label: 'once' }],
      [`/todos/${todo.id}`, { label: 'once' }, 'patch'],
    ];
    let last = 0n;
    for (const [path, body, method = 'post'] of writes) {
      const key = unusedId();
      const send = () => sample.http[method](path).set('Idempotency-Key', key).send(body);
      const position = positionOf(await send());
      expect(BigInt(position)).toBeGreaterThan(last);
      last = BigInt(position);
      expect(positionOf(await send())).toBe(position);
    }
  });

  it('shows both sides of a transfer', async () => {
    const [from, to] = [await sample.account('10'), await sample.account()];
    const after = positionOf(await sample.post('/transfers', { from, to, amount: '2.5' }).expect(201));
    const balances = await listed(sample.http, after);
    expect([balances[from], balances[to]]).toEqual(['7.50', '2.50']);
    expect(await linesOf(sample.http, from, after)).toEqual([
      { version: 1, bookedAt: expect.any(String), movement: 'opened', amount: '0.00', balance: '0.00' },
      { version: 2, bookedAt: expect.any(String), movement: 'deposit', amount: '10.00', balance: '10.00' },
      {
        version: 3,
        bookedAt: expect.any(String),
        movement: 'transfer sent',
        amount: '-2.50',
        balance: '7.50',
        counterpart: to,
      },
    ]);
    expect((await linesOf(sample.http, to, after)).at(-1)).toMatchObject({
      movement: 'transfer received',
      counterpart: from,
    });
  });

  it('answers 503 with a time to come back while the read model is late', async () => {
    const runner = sample.app.get(DataSource).createQueryRunner();
    await runner.startTransaction();
    await runner.query('lock table account_row in share mode');
    const written = await sample.post('/accounts', { owner: 'Late' }).expect(201);
    const { id } = written.body as { id: string };
    const after = positionOf(written);
    const { body, headers } = await sample.http.get('/accounts').query({ after }).expect(503);
    expect(body).toMatchObject({
      statusCode: 503,
      error: 'Service Unavailable',
      code: 'PROJECTION_TIMEOUT',
      message: expect.stringContaining(after),
    });
    expect((headers as Record<string, string>)['retry-after']).toBe('1');
    // Who does not ask for it gets what is there, and other read models go on.
    await sample.http.get('/accounts').expect(200);
    expect(await linesOf(sample.http, id, after)).toHaveLength(1);
    await runner.rollbackTransaction();
    await runner.release();
    expect((await listed(sample.http, after))[id]).toBe('0.00');
  });

  it('goes through long lists part by part', async () => {
    const last = await sample.account('1');
    for (let i = 0; i < 5; i += 1) await sample.post(`/accounts/${last}/deposits`, { amount: '1' });
    const after = positionOf(await sample.post(`/accounts/${last}/deposits`, { amount: '1' }));
    const ids: string[] = [];
    for (;;) {
      const { body } = await sample.http
        .get('/accounts')
        .query({ after, limit: 4, ...(ids.length > 0 && { beyond: ids.at(-1)!.toUpperCase() }) })
        .expect(200);
      const part = (body as { id: string }[]).map(({ id }) => id);
      if (part.length === 0) break;
      ids.push(...part);
    }
    expect(ids).toEqual(Object.keys(await listed(sample.http, after)));
    expect(ids.at(-1)).toBe(last);
    const lines: number[] = [];
    for (;;) {
      const query = { after, limit: 3, beyond: lines.length };
      const { body } = await sample.http.get(`/accounts/${last}/statement`).query(query).expect(200);
      const part = (body as { lines: Line[] }).lines.map(({ version }) => version);
      if (part.length === 0) break;
      lines.push(...part);
    }
    expect(lines).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it.each([
    'after=',
    'after=x',
    'after=-1',
    'after=1.5',
    'after=1e3',
    'after=1&after=2',
    'after[]=1',
    `after=${'9'.repeat(20)}`,
    'limit=0',
    'limit=501',
    'limit=1e2',
    'beyond=x',
    'owner=Ada',
  ])('refuses %s', async (query) => {
    const { body } = await sample.http.get(`/accounts?${query}`).expect(400);
    expect(body).toMatchObject({ statusCode: 400, error: 'Bad Request' });
  });

  it('knows no statement of what is no account', async () => {
    await sample.http.get(`/accounts/${unusedId()}/statement`).expect(404);
    await sample.http.get('/accounts/x/statement').expect(400);
    await sample.http.get(`/accounts/${unusedId()}/statement?beyond=-1`).expect(400);
  });
});
