import { ApiProperty } from '@nestjs/swagger';
import { IsText } from '../http/is-text.decorator.js';
import type { Todo } from './todo.aggregate.js';

/** The body that creates a to-do or changes its label. */
export class LabelDto {
  @IsText({ example: 'buy milk', maxLength: 500 })
  label!: string;
}

export class TodoDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'buy milk' })
  label!: string;

  @ApiProperty({ description: 'How many events it has', example: 1 })
  version!: number;

  static of({ id, label, version }: Todo): TodoDto {
    return { id, label, version };
  }
}
