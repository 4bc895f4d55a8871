import { InjectRepository } from '@nestjs/typeorm';
import { EventsHandler, Projection, type IEventHandler } from 'nestevents';
import { Column, Entity, PrimaryColumn, Repository } from 'typeorm';
import { AccountOpened, MoneyDeposited, MoneyWithdrawn } from './account.js';

@Entity('balance')
export class Balance {
  @PrimaryColumn('text')
  accountId!: string;

  @Column('text')
  owner!: string;

  @Column('bigint', { default: 0 })
  cents!: string;
}

type AccountEvent = AccountOpened | MoneyDeposited | MoneyWithdrawn;

@Projection('balances')
@EventsHandler(AccountOpened, MoneyDeposited, MoneyWithdrawn)
export class Balances implements IEventHandler<AccountEvent> {
  constructor(@InjectRepository(Balance) private readonly rows: Repository<Balance>) {}

  async handle(event: AccountEvent): Promise<void> {
    const { aggregateId: accountId } = event;
    if (event instanceof AccountOpened) await this.rows.insert({ accountId, owner: event.owner });
    if (event instanceof MoneyDeposited) await this.rows.increment({ accountId }, 'cents', event.cents);
    if (event instanceof MoneyWithdrawn) await this.rows.decrement({ accountId }, 'cents', event.cents);
  }

  async reset(): Promise<void> {
    await this.rows.deleteAll();
  }
}
