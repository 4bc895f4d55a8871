import { ApiProperty } from '@nestjs/swagger';
import type { Currency } from '../event-types.js';
import type { Account } from './account.aggregate.js';
import { CURRENCIES } from './currencies.js';
import { formatDay } from './day.js';
import { formatMoney } from './money.js';
import type { AccountRow } from './read-models/account-row.entity.js';

export class AccountDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'Ada' })
  owner!: string;

  @ApiProperty({ example: '87.50', description: 'Exact, with two decimals' })
  balance!: string;

  @ApiProperty({ enum: CURRENCIES })
  currency!: Currency;

  @ApiProperty({ format: 'date', example: '2026-01-31', description: 'Its first day, in UTC' })
  openedOn!: string;

  @ApiProperty({ description: 'How many events it has', example: 3 })
  version!: number;

  static of({ id, owner, balance, currency, openedOn, version }: Account): AccountDto {
    return { id, owner, balance: formatMoney(balance), currency, openedOn: formatDay(openedOn), version };
  }

  static ofRow({ id, owner, balance, currency, openedOn, version }: AccountRow): AccountDto {
    return { id, owner, balance, currency, openedOn, version };
  }
}

export class TransferDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid' })
  from!: string;

  @ApiProperty({ format: 'uuid' })
  to!: string;

  @ApiProperty({ example: '12.50' })
  amount!: string;
}
