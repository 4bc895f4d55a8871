import { InjectRepository } from '@nestjs/typeorm';
import { EventsHandler, Projection, type IEventHandler } from 'nestevents';
import type { Repository } from 'typeorm';
import { ACCOUNT_EVENTS, TransferReceived, TransferSent, type AccountEvent } from '../account.events.js';
import { formatMoney } from '../money.js';
import { changeOf, movementOf } from './movement.js';
import { StatementLine } from './statement-line.entity.js';

/** The name of the projection behind the statements. */
export const ACCOUNT_STATEMENT = 'account-statement';

/** Keeps the statement of each account; two at a time, since no account needs another one's lines. */
@Projection(ACCOUNT_STATEMENT, { tables: [StatementLine], partitions: 2 })
@EventsHandler(...ACCOUNT_EVENTS)
export class StatementProjection implements IEventHandler<AccountEvent> {
  constructor(@InjectRepository(StatementLine) private readonly lines: Repository<StatementLine>) {}

  async handle(event: AccountEvent): Promise<void> {
    const { aggregateId: account, aggregateVersion: version } = event;
    const change = changeOf(event);
    const last = await this.lines.findOne({ where: { account }, order: { version: 'DESC' } });
    await this.lines.insert({
      account,
      version,
      bookedAt: event.createdAt,
      movement: movementOf(event),
      amount: formatMoney(change),
      balance: formatMoney(change.plus(last?.balance ?? 0)),
      counterpart: counterpartOf(event),
    });
  }
}

function counterpartOf(event: AccountEvent): string | null {
  if (event instanceof TransferSent) return event.to;
  return event instanceof TransferReceived ? event.from : null;
}
