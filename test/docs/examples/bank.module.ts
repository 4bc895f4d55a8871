import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventSourcingModule } from 'nestevents';
import { Account } from './account.js';
import { Balance, Balances } from './balances.js';
import { BonusForNewAccounts, PayBonusHandler } from './bonus.js';
import { Statement, StatementLine } from './statement.js';

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      autoLoadEntities: true,
      synchronize: true,
    }),
    TypeOrmModule.forFeature([Balance, StatementLine]),
    EventSourcingModule.forRoot(),
    EventSourcingModule.forFeature([Account]),
  ],
  providers: [Balances, Statement, BonusForNewAccounts, PayBonusHandler],
})
export class BankModule {}
