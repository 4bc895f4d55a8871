import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

/** What a whole number in a query may be. */
export interface WholeNumberOptions {
  readonly description: string;
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}

/** A whole number in a query that may be left out; digits only, so neither `1e3` nor `0x10` nor ` 1`. */
export function WholeNumber({ min, max, ...documented }: WholeNumberOptions): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'integer', minimum: min, maximum: max, ...documented }),
    IsOptional(),
    Transform(({ value }) =>
      typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : (value as unknown),
    ),
    IsInt(),
    Min(min),
    Max(max),
  );
}
