import { InjectRepository } from '@nestjs/typeorm';
import { EventsHandler, Projection, type IEventHandler } from 'nestevents';
import type { Repository } from 'typeorm';
import { ACCOUNT_EVENTS, AccountOpened, type AccountEvent } from '../account.events.js';
import { formatDay } from '../day.js';
import { formatMoney } from '../money.js';
import { AccountRow } from './account-row.entity.js';
import { changeOf } from './movement.js';

/** The name of the projection behind the list of accounts. */
export const ACCOUNT_LIST = 'account-list';

/** Keeps the list of accounts. */
@Projection(ACCOUNT_LIST, { tables: [AccountRow] })
@EventsHandler(...ACCOUNT_EVENTS)
export class AccountListProjection implements IEventHandler<AccountEvent> {
  constructor(@InjectRepository(AccountRow) private readonly rows: Repository<AccountRow>) {}

  async handle(event: AccountEvent): Promise<void> {
    const { aggregateId: id, aggregateVersion: version } = event;
    if (event instanceof AccountOpened) {
      const { owner, currency, openedOn } = event;
      await this.rows.insert({ id, owner, currency, openedOn: formatDay(openedOn), balance: '0', version });
      return;
    }
    const { affected } = await this.rows
      .createQueryBuilder()
      .update()
      .set({ balance: () => 'balance + :change', version })
      .where({ id })
      .setParameter('change', formatMoney(changeOf(event)))
      .execute();
    if (affected !== 1) {
      throw new Error(
        `The list has no account ${id}, although it was opened. Rebuild it: someone deleted rows.`,
      );
    }
  }
}
