import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, IsUUID } from 'class-validator';
import { WholeNumber } from '../../http/whole-number.decorator.js';
import { AfterDto } from '../../projections/after.dto.js';
import { MOVEMENTS, type Movement } from './movement.js';
import type { StatementLine } from './statement-line.entity.js';

export class AccountListQueryDto extends AfterDto {
  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Begin behind this account, the last of another answer',
  })
  @IsOptional()
  @IsUUID()
  @Transform(({ value }) => (typeof value === 'string' ? value.toLowerCase() : (value as unknown)))
  beyond?: string;

  @WholeNumber({ min: 1, max: 500, default: 100, description: 'The most accounts to answer' })
  limit: number = 100;
}

export class StatementQueryDto extends AfterDto {
  @WholeNumber({
    min: 0,
    max: 2 ** 31 - 1,
    default: 0,
    description: 'Begin behind this version of the account, that of the last line of another answer',
  })
  beyond: number = 0;

  @WholeNumber({ min: 1, max: 500, default: 100, description: 'The most lines to answer' })
  limit: number = 100;
}

export class StatementLineDto {
  @ApiProperty({ description: 'The version of the account after it', example: 3 })
  version!: number;

  @ApiProperty()
  bookedAt!: Date;

  @ApiProperty({ enum: MOVEMENTS })
  movement!: Movement;

  @ApiProperty({ example: '-12.50', description: 'Exact; less than zero where money left the account' })
  amount!: string;

  @ApiProperty({ example: '87.50', description: 'After this line' })
  balance!: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The other account of a transfer' })
  counterpart?: string;

  static of({ version, bookedAt, movement, amount, balance, counterpart }: StatementLine): StatementLineDto {
    return { version, bookedAt, movement, amount, balance, ...(counterpart && { counterpart }) };
  }
}

export class StatementDto {
  @ApiProperty({ format: 'uuid' })
  account!: string;

  @ApiProperty({ type: [StatementLineDto], description: 'Oldest first' })
  lines!: StatementLineDto[];
}
