import { SnapshotService } from 'nestevents';
import { DataSource } from 'typeorm';
import { Account } from '../../sample-app/accounts/account.aggregate.js';
import { SnapshotSchedule } from '../../sample-app/snapshots/snapshot-schedule.js';
import { SampleApplication } from './sample-application.js';

describe('snapshots of the sample', () => {
  let sample: SampleApplication;
  let account: string;

  beforeAll(async () => {
    sample = await SampleApplication.start();
  });
  beforeEach(async () => {
    account = await sample.account('1000');
  });
  afterAll(async () => sample.stop());

  const versions = async (): Promise<number[]> => {
    const rows = await sample.app
      .get(DataSource)
      .query<{ version: number }[]>(
        'select aggregate_version as version from event_snapshot where aggregate_id = $1 order by 1',
        [account],
      );
    return rows.map(({ version }) => version);
  };

  it('are taken of an account with many movements, whose balance is then the same', async () => {
    for (let n = 0; n < 105; n += 1) {
      await sample.post(`/accounts/${account}/withdrawals`, { amount: '0.01' }).expect(201);
    }
    await sample.app.get(SnapshotService).settled();
    expect(await versions()).toEqual([100]);
    const { body } = await sample.http.get(`/accounts/${account}`).expect(200);
    expect(body).toMatchObject({ id: account, balance: '998.95', version: 107 });
    await sample.post(`/accounts/${account}/withdrawals`, { amount: '998.96' }).expect(422);
    await sample.post(`/accounts/${account}/withdrawals`, { amount: '998.95' }).expect(201);
  });

  it('are kept by the schedule, the newest ten of each aggregate', async () => {
    const snapshots = sample.app.get(SnapshotService);
    for (let n = 0; n < 12; n += 1) {
      await sample.post(`/accounts/${account}/deposits`, { amount: '1' }).expect(201);
      await snapshots.take(Account, account);
    }
    expect(await versions()).toHaveLength(12);
    await sample.app.get(SnapshotSchedule).takeAll();
    expect(await versions()).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });
});
