import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';

/** The position of an event in a query; text, as it has 64 bits. */
export function IsPosition(description: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'string', example: '1042', description }),
    IsOptional(),
    Matches(/^\d{1,19}$/, { message: '$property must be the position of an event: 1 to 19 digits' }),
  );
}
