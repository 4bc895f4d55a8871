import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsUUID } from 'class-validator';
import type { Currency } from '../event-types.js';
import { IsText } from '../http/is-text.decorator.js';
import { CURRENCIES } from './currencies.js';
import { IsAmount } from './is-amount.decorator.js';

export class OpenAccountDto {
  @IsText({ example: 'Ada', maxLength: 200 })
  owner!: string;

  @ApiPropertyOptional({ enum: CURRENCIES, default: 'EUR' })
  @IsIn(CURRENCIES)
  currency: Currency = 'EUR';
}

export class AmountDto {
  @IsAmount()
  amount!: string;
}

export class TransferMoneyDto extends AmountDto {
  @ApiProperty({ format: 'uuid', description: 'The account the money comes from' })
  @IsUUID()
  @Transform(({ value }) => inLowerCase(value))
  from!: string;

  @ApiProperty({ format: 'uuid', description: 'The account the money goes to' })
  @IsUUID()
  @Transform(({ value }) => inLowerCase(value))
  to!: string;
}

function inLowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}
