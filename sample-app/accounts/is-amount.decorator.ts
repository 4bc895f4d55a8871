import { ApiProperty } from '@nestjs/swagger';
import { applyDecorators } from '@nestjs/common';
import { buildMessage, ValidateBy } from 'class-validator';
import { isAmount } from './money.js';

/** An amount of money in a body: decimal text above zero with at most two decimals; a JSON number is refused. */
export function IsAmount(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: 'string',
      example: '12.50',
      description: 'Decimal text, at most two decimals, above zero',
    }),
    ValidateBy({
      name: 'isAmount',
      validator: {
        validate: isAmount,
        defaultMessage: buildMessage(
          (each) =>
            `${each}$property must be a decimal text above zero with at most 16 digits before and 2 after the point, ` +
            `such as "12.50"`,
        ),
      },
    }),
  );
}
