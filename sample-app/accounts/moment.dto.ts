import { ApiPropertyOptional } from '@nestjs/swagger';
import { buildMessage, isISO8601, IsOptional, ValidateBy } from 'class-validator';
import { WholeNumber } from '../http/whole-number.decorator.js';

/** An RFC 3339 date-time; without a zone it would mean something else on every machine. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Which moment of an account to show; the present, if neither is given. */
export class MomentDto {
  @WholeNumber({ min: 1, max: 2 ** 31 - 1, description: 'After this event of the account' })
  version?: number;

  @ApiPropertyOptional({
    format: 'date-time',
    example: '2026-01-31T12:00:00Z',
    description: 'After all that was stored until then; with its zone, whose "+" has to be sent as %2B',
  })
  @IsOptional()
  @ValidateBy({
    name: 'isMoment',
    validator: {
      validate: (value) =>
        typeof value === 'string' && MOMENT.test(value) && isISO8601(value, { strict: true }),
      defaultMessage: buildMessage(
        (each) => `${each}$property must be a date-time with its zone, such as 2026-01-31T12:00:00Z`,
      ),
    },
  })
  asOf?: string;
}
