import { ApiProperty } from '@nestjs/swagger';
import type { Account } from './account.aggregate.js';
import { formatMoney } from './money.js';

export class AccountDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'Ada' })
  owner!: string;

  @ApiProperty({ example: '87.50', description: 'Exact, with two decimals' })
  balance!: string;

  @ApiProperty({ description: 'How many events it has', example: 3 })
  version!: number;

  static of({ id, owner, balance, version }: Account): AccountDto {
    return { id, owner, balance: formatMoney(balance), version };
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
