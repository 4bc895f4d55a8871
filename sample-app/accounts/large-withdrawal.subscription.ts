import { Inject } from '@nestjs/common';
import { Big } from 'big.js';
import { EventsHandler, Subscription, type Delivery, type DurableEventHandler } from 'nestevents';
import { Notifier } from '../notices/notifier.js';
import { MoneyWithdrawn } from './account.events.js';

/** The token of the amount from which on a withdrawal is large, as decimal text. */
export const LARGE_WITHDRAWAL = Symbol('sample:large-withdrawal');

/** The name of the subscription that tells of large withdrawals. */
export const LARGE_WITHDRAWALS = 'large-withdrawals';

/** Sends a notice at each large withdrawal: also after a crash, and never again when a read model is rebuilt. */
@Subscription(LARGE_WITHDRAWALS)
@EventsHandler(MoneyWithdrawn)
export class LargeWithdrawalSubscription implements DurableEventHandler<MoneyWithdrawn> {
  constructor(
    private readonly notifier: Notifier,
    @Inject(LARGE_WITHDRAWAL) private readonly limit: string,
  ) {}

  async handle({ aggregateId, amount }: MoneyWithdrawn, { idempotencyKey }: Delivery): Promise<void> {
    if (new Big(amount).lt(this.limit)) return;
    await this.notifier.send(idempotencyKey, `${amount} was withdrawn from the account ${aggregateId}.`);
  }
}
