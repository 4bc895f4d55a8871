import { Logger } from '@nestjs/common';
import { LargeWithdrawalSubscription } from '../../sample-app/accounts/large-withdrawal.subscription.js';
import { MoneyWithdrawn } from '../../sample-app/accounts/account.events.js';
import { EventStore, ProjectionManager } from 'nestevents';
import { SampleApplication } from './sample-application.js';

describe('the notices of large withdrawals', () => {
  let sample: SampleApplication;
  let notices: string[];

  beforeEach(async () => {
    sample = await SampleApplication.start();
    notices = [];
    listen();
  });
  afterEach(async () => sample.stop());

  /** To what is logged anywhere in this process; each application that is made silences it. */
  function listen(): void {
    const nothing = (): void => undefined;
    Logger.overrideLogger({
      log: nothing,
      error: nothing,
      warn: (message: string, context: string) => {
        if (context === 'Notices') notices.push(message);
      },
    });
  }

  async function withdraw(account: string, amount: string): Promise<bigint> {
    const { headers } = await sample.post(`/accounts/${account}/withdrawals`, { amount }).expect(201);
    return BigInt((headers as Record<string, string>)['event-position']!);
  }

  const settled = async (position: bigint): Promise<void> =>
    sample.app.get(ProjectionManager).waitFor('large-withdrawals', position);
  const noticeOf = (account: string, amount: string): string =>
    `${amount} was withdrawn from the account ${account}.`;

  it('are logged once for each, from the limit on, whatever else happens', async () => {
    const second = await sample.secondInstance();
    listen();
    await second.init();
    const account = await sample.account('1000000');
    const [a, b] = [noticeOf(account, '10000.00'), noticeOf(account, '123456.78')];
    await withdraw(account, '9999.99');
    await withdraw(account, '10000');
    await settled(await withdraw(account, '123456.78'));
    expect(notices).toEqual([a, b]);

    await sample.http.post('/projections/account-list/rebuild').expect(202);
    await sample.app.get(ProjectionManager).rebuild('account-statement');
    await second.close();
    await sample.restart();
    listen();
    await settled(await withdraw(account, '10000'));
    expect(notices).toEqual([a, b, a]);
  });

  it('are not logged again when they are delivered again', async () => {
    const account = await sample.account('50000');
    await settled(await withdraw(account, '20000'));
    for await (const event of sample.app.get(EventStore).readAll({ types: [MoneyWithdrawn] })) {
      const idempotencyKey = `large-withdrawals:${event.eventId}`;
      const delivery = {
        handler: 'large-withdrawals',
        idempotencyKey,
        attempt: 2,
        signal: AbortSignal.abort(),
      };
      await sample.app.get(LargeWithdrawalSubscription).handle(event as MoneyWithdrawn, delivery);
    }
    expect(notices).toEqual([noticeOf(account, '20000.00')]);
  });
});
