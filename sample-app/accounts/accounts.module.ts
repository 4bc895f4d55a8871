import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventSourcingModule } from 'nestevents';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { ProjectionsModule } from '../projections/projections.module.js';
import { Account } from './account.aggregate.js';
import { AccountsController } from './accounts.controller.js';
import { DepositMoneyHandler } from './commands/deposit-money.handler.js';
import { OpenAccountHandler } from './commands/open-account.handler.js';
import { TransferMoneyHandler } from './commands/transfer-money.handler.js';
import { WithdrawMoneyHandler } from './commands/withdraw-money.handler.js';
import { LARGE_WITHDRAWAL, LargeWithdrawalSubscription } from './large-withdrawal.subscription.js';
import { PaymentRefusedFilter } from './payment-refused.filter.js';
import { AccountListProjection } from './read-models/account-list.projection.js';
import { AccountQueriesController } from './read-models/account-queries.controller.js';
import { AccountRow } from './read-models/account-row.entity.js';
import { StatementLine } from './read-models/statement-line.entity.js';
import { StatementProjection } from './read-models/statement.projection.js';
import { TransfersController } from './transfers.controller.js';

/** What accounts need to know from outside. */
export interface AccountsOptions {
  /** The amount from which on a withdrawal is told of, as decimal text. */
  readonly largeWithdrawal: string;
}

@Module({})
export class AccountsModule {
  static forRoot({ largeWithdrawal }: AccountsOptions): DynamicModule {
    return {
      module: AccountsModule,
      imports: [
        EventSourcingModule.forFeature([Account]),
        TypeOrmModule.forFeature([AccountRow, StatementLine]),
        IdempotencyModule,
        NoticesModule,
        ProjectionsModule,
      ],
      controllers: [AccountsController, AccountQueriesController, TransfersController],
      providers: [
        OpenAccountHandler,
        DepositMoneyHandler,
        WithdrawMoneyHandler,
        TransferMoneyHandler,
        AccountListProjection,
        StatementProjection,
        LargeWithdrawalSubscription,
        { provide: LARGE_WITHDRAWAL, useValue: largeWithdrawal },
        { provide: APP_FILTER, useClass: PaymentRefusedFilter },
      ],
    };
  }
}
