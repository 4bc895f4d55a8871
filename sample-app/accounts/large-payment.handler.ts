import { Logger } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from 'nestevents';
import { MoneyWithdrawn, TransferSent } from './account.events.js';

const LARGE = 10_000;

/**
 * Tells whoever watches the log of large payments.
 *
 * In process and after the commit: good enough for a hint that may be lost, and for nothing that must not be.
 */
@EventsHandler(MoneyWithdrawn, TransferSent)
export class LargePaymentHandler implements IEventHandler<MoneyWithdrawn | TransferSent> {
  private readonly logger = new Logger('LargePayments');

  handle({ aggregateId, amount, eventId }: MoneyWithdrawn | TransferSent): void {
    if (Number(amount) < LARGE) return;
    this.logger.debug(`${amount} left the account ${aggregateId} (event ${eventId})`);
  }
}
