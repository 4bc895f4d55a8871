import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { EventSourcingModule } from 'nestevents';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { Account } from './account.aggregate.js';
import { AccountsController } from './accounts.controller.js';
import { DepositMoneyHandler } from './commands/deposit-money.handler.js';
import { OpenAccountHandler } from './commands/open-account.handler.js';
import { TransferMoneyHandler } from './commands/transfer-money.handler.js';
import { WithdrawMoneyHandler } from './commands/withdraw-money.handler.js';
import { InsufficientFundsFilter } from './insufficient-funds.filter.js';
import { LargePaymentHandler } from './large-payment.handler.js';
import { TransfersController } from './transfers.controller.js';

@Module({
  imports: [EventSourcingModule.forFeature([Account]), IdempotencyModule],
  controllers: [AccountsController, TransfersController],
  providers: [
    OpenAccountHandler,
    DepositMoneyHandler,
    WithdrawMoneyHandler,
    TransferMoneyHandler,
    LargePaymentHandler,
    { provide: APP_FILTER, useClass: InsufficientFundsFilter },
  ],
})
export class AccountsModule {}
