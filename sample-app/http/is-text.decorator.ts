import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { buildMessage, IsString, MaxLength, ValidateBy } from 'class-validator';

/** What a text in a body looks like. */
export interface TextOptions {
  readonly example: string;
  readonly maxLength: number;
}

/**
 * A text in a body: not blank, not too long, and one that can be stored: PostgreSQL keeps no U+0000, and half of a
 * surrogate pair is no character at all.
 */
export function IsText({ example, maxLength }: TextOptions): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: 'string', example, minLength: 1, maxLength }),
    MaxLength(maxLength),
    isNotBlank(),
    isStorable(),
    IsString(),
  );
}

function isNotBlank(): PropertyDecorator {
  return ValidateBy({
    name: 'isNotBlank',
    validator: {
      validate: (value) => typeof value !== 'string' || value.trim() !== '',
      defaultMessage: buildMessage((each) => `${each}$property must not be blank`),
    },
  });
}

function isStorable(): PropertyDecorator {
  return ValidateBy({
    name: 'isStorable',
    validator: {
      validate: (value) => typeof value !== 'string' || (value.isWellFormed() && !value.includes('\0')),
      defaultMessage: buildMessage(
        (each) => `${each}$property must be well-formed text without the character U+0000`,
      ),
    },
  });
}
