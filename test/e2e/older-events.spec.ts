import { randomUUID } from 'node:crypto';
import { EventStore, UnreadableVersionError } from 'nestevents';
import { DataSource } from 'typeorm';
import { AccountOpened } from '../../sample-app/accounts/account.events.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';
import { EarlierDeployment } from './earlier-deployment.js';
import { SampleApplication } from './sample-application.js';

describe('a database that earlier deployments have filled', () => {
  let database: TestDatabase;
  let second: EarlierDeployment;
  let sample: SampleApplication;
  let ada: string;
  let grace: string;
  let kurt: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    const first = await EarlierDeployment.start(database, 1);
    ada = await first.open({ owner: 'Ada' }, '10.00');
    await first.stop();
    // Still runs while the newest one begins, as in a rolling deployment.
    second = await EarlierDeployment.start(database, 2);
    grace = await second.open({ owner: 'Grace', currency: 'USD' }, '20.00');
    kurt = await second.open({ owner: 'Kurt' }, '30.00');
    sample = await SampleApplication.startOn(database);
  });
  afterAll(async () => {
    await second.stop();
    await sample.stop();
  });

  async function eventsOf(id: string): Promise<{ type: string; createdAt: string; data: object }[]> {
    const { body } = await sample.http.get(`/accounts/${id}/events`).expect(200);
    return body as { type: string; createdAt: string; data: object }[];
  }

  it('is read as the newest version', async () => {
    const expected = [
      [ada, { owner: 'Ada', balance: '10.00', currency: 'EUR', version: 2 }],
      [grace, { owner: 'Grace', balance: '20.00', currency: 'USD', version: 2 }],
      [kurt, { owner: 'Kurt', balance: '30.00', currency: 'EUR', version: 2 }],
    ] as const;
    for (const [id, account] of expected) {
      const [opened] = await eventsOf(id);
      const openedOn = opened!.createdAt.slice(0, 10);
      await sample.http.get(`/accounts/${id}`).expect(200, { id, ...account, openedOn });
      const { owner, currency } = account;
      expect(opened).toMatchObject({ type: 'account_opened', version: 1 });
      expect(opened!.data).toEqual({ owner, currency, openedOn: `${openedOn}T00:00:00.000Z` });
    }
  });

  it('is read so in the past, too', async () => {
    const { body } = await sample.http.get(`/accounts/${ada}?version=1`).expect(200);
    expect(body).toMatchObject({ owner: 'Ada', balance: '0.00', currency: 'EUR', version: 1 });
  });

  it('takes the day of each event from when it was stored, not from when it is read', async () => {
    const id = randomUUID();
    await sample.app.get(DataSource).query(
      `INSERT INTO event_journal (create_date, aggregate_version, event_version, event_id, event_type,
                                  aggregate_type, aggregate_id, event_data, metadata)
       SELECT '2020-03-01 01:30+02', 1, event_version, gen_random_uuid(), event_type, aggregate_type, $1, event_data, metadata
         FROM event_journal WHERE aggregate_id = $2 AND aggregate_version = 1`,
      [id, ada],
    );
    const { body } = await sample.http.get(`/accounts/${id}`).expect(200);
    expect(body).toMatchObject({ owner: 'Ada', openedOn: '2020-02-29' });
  });

  it('stays as it is: only what is read is new', async () => {
    const versions = new Map<string, unknown>();
    for await (const event of sample.app.get(EventStore).readAll({ types: [AccountOpened] })) {
      versions.set(event.aggregateId, [event.eventVersion, { ...event }]);
    }
    const openedOn = expect.any(Date) as unknown;
    expect(versions.get(ada)).toEqual([1, { owner: 'Ada', currency: 'EUR', openedOn }]);
    expect(versions.get(grace)).toEqual([2, { owner: 'Grace', currency: 'USD', openedOn }]);
    const stored = await sample.app
      .get(DataSource)
      .query<{ event_data: object }[]>(
        `SELECT event_data FROM event_journal WHERE aggregate_id = $1 AND aggregate_version = 1`,
        [ada],
      );
    expect(stored).toEqual([{ event_data: { owner: 'Ada' } }]);
  });

  it('is gone on with: accounts of all versions trade with each other, each in its currency', async () => {
    await sample.post('/transfers', { from: kurt, to: ada, amount: '5' }).expect(201);
    const { body } = await sample.post('/transfers', { from: ada, to: grace, amount: '5' }).expect(422);
    expect(body).toMatchObject({ code: 'CURRENCY_MISMATCH', from: 'EUR', to: 'USD' });
    const dollars = await sample.post('/accounts', { owner: 'Ken', currency: 'USD' }).expect(201);
    const ken = (dollars.body as { id: string }).id;
    await sample.post('/transfers', { from: grace, to: ken, amount: '5' }).expect(201);
    const balances: Record<string, string> = {};
    for (const id of [ada, grace, kurt, ken]) {
      const { owner, balance } = (await sample.http.get(`/accounts/${id}`)).body as Record<string, string>;
      balances[owner!] = balance!;
    }
    expect(balances).toEqual({ Ada: '15.00', Grace: '15.00', Kurt: '25.00', Ken: '5.00' });
  });

  it('is gone on with by an earlier deployment, which refuses what a step written by hand leads to', async () => {
    const { body } = await sample.post('/accounts', { owner: 'Barbara', currency: 'GBP' }).expect(201);
    // The earlier one does not know what the step from version 2 to 3 means.
    await expect(second.opened((body as { id: string }).id)).rejects.toThrow(UnreadableVersionError);
    const hedy = await second.open({ owner: 'Hedy', currency: 'USD' }, '1.00');
    expect({ ...(await second.opened(hedy)) }).toEqual({ owner: 'Hedy', currency: 'USD' });
  });
});
