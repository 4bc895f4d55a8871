import { ApiProperty } from '@nestjs/swagger';
import type { HandlerStatus, ParkedEvent, RebuildProgress, SkippedEvent } from 'nestevents';
import { IsText } from '../http/is-text.decorator.js';

const POSITION = { type: 'string', example: '1042', description: 'Text, as it has 64 bits' } as const;

class LagDto {
  @ApiProperty({ description: 'Events still to be handled' })
  events!: number;

  @ApiProperty({ description: 'The age of the oldest of them' })
  seconds!: number;
}

class PartitionDto {
  @ApiProperty()
  partition!: number;

  @ApiProperty(POSITION)
  position!: string;

  @ApiProperty({ type: 'string', nullable: true, description: 'The instance that works on it' })
  owner!: string | null;
}

class RebuildDto implements RebuildProgress {
  @ApiProperty({ description: 'Events handled so far' })
  done!: number;

  @ApiProperty({ description: 'Events to handle in all' })
  total!: number;

  @ApiProperty({ description: 'Events per second, over the last seconds' })
  rate!: number;

  @ApiProperty({ type: 'number', nullable: true, description: 'Seconds left at this rate' })
  timeLeft!: number | null;

  @ApiProperty({ description: 'Whether the old rows are served meanwhile' })
  besideTheOld!: boolean;
}

export class ProjectionDto {
  @ApiProperty({ example: 'account-list' })
  name!: string;

  @ApiProperty({ enum: ['projection', 'subscription'] })
  kind!: HandlerStatus['kind'];

  @ApiProperty({ example: 1 })
  version!: number;

  @ApiProperty({ enum: ['running', 'rebuilding', 'paused', 'waiting'] })
  state!: HandlerStatus['state'];

  @ApiProperty(POSITION)
  position!: string;

  @ApiProperty()
  lag!: LagDto;

  @ApiProperty({ description: 'Events handled per second, over the last seconds' })
  rate!: number;

  @ApiProperty({ description: 'Events handled since it began, or since its last rebuild' })
  handled!: number;

  @ApiProperty({ description: 'Aggregates whose event failed and is tried again' })
  retrying!: number;

  @ApiProperty({ description: 'Aggregates whose event is parked' })
  parked!: number;

  @ApiProperty({ type: [PartitionDto] })
  partitions!: PartitionDto[];

  @ApiProperty({ type: RebuildDto, nullable: true })
  rebuild!: RebuildDto | null;

  @ApiProperty({ ...POSITION, nullable: true, description: 'Behind which an open transaction keeps it' })
  stalledAt!: string | null;

  static of({ position, partitions, stalledAt, ...status }: HandlerStatus): ProjectionDto {
    return {
      ...status,
      position: `${position}`,
      partitions: partitions.map((part) => ({ ...part, position: `${part.position}` })),
      stalledAt: stalledAt === null ? null : `${stalledAt}`,
    };
  }
}

export class ParkedEventDto {
  @ApiProperty({ format: 'uuid' })
  eventId!: string;

  @ApiProperty({ example: 'account_money_deposited' })
  eventType!: string;

  @ApiProperty(POSITION)
  position!: string;

  @ApiProperty({ example: 'account' })
  aggregateType!: string;

  @ApiProperty()
  aggregateId!: string;

  @ApiProperty()
  aggregateVersion!: number;

  @ApiProperty({ description: 'How often it was tried' })
  attempts!: number;

  @ApiProperty({ type: 'string', nullable: true, description: 'What the last try ended with' })
  error!: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  stack!: string | null;

  @ApiProperty({ description: 'When it first failed' })
  since!: Date;

  static of({ position, ...event }: ParkedEvent): ParkedEventDto {
    return { ...event, position: `${position}` };
  }
}

export class SkippedEventDto {
  @ApiProperty({ format: 'uuid' })
  eventId!: string;

  @ApiProperty(POSITION)
  position!: string;

  @ApiProperty({ example: 'account' })
  aggregateType!: string;

  @ApiProperty()
  aggregateId!: string;

  @ApiProperty()
  reason!: string;

  @ApiProperty({ type: 'string', nullable: true, description: 'What the last try ended with' })
  error!: string | null;

  @ApiProperty()
  skippedAt!: Date;

  static of({ eventId, position, aggregateType, aggregateId, reason, error, skippedAt }: SkippedEvent) {
    return { eventId, position: `${position}`, aggregateType, aggregateId, reason, error, skippedAt };
  }
}

export class RetriedDto {
  @ApiProperty({ description: 'How many parked events are tried again' })
  retried!: number;
}

export class SkipDto {
  @IsText({ example: 'The account was opened by a test', maxLength: 1000 })
  reason!: string;
}
