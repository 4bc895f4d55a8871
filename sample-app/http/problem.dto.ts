import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** What every error is answered with. */
export class ProblemDto {
  @ApiProperty({ example: 404 })
  statusCode!: number;

  @ApiProperty({ example: 'Not Found' })
  error!: string;

  @ApiProperty({
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
    description: 'One text, or one for each thing that is wrong with the input',
  })
  message!: string | string[];

  @ApiPropertyOptional({ example: 'AGGREGATE_NOT_FOUND', description: 'The kind of error, for programs' })
  code?: string;
}
