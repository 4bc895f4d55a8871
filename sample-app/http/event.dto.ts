import { ApiProperty } from '@nestjs/swagger';
import type { DomainEvent, EventMetadata } from 'nestevents';

/** A stored event as it is shown to clients. */
export class EventDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'account_money_deposited' })
  type!: string;

  @ApiProperty({ description: 'The place in its stream, from 1', example: 2 })
  version!: number;

  @ApiProperty({ description: 'The place in the whole journal; text, as it has 64 bits', example: '1042' })
  position!: string;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { amount: '12.50' } })
  data!: Record<string, unknown>;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { commandId: '42' } })
  metadata!: EventMetadata;

  static of(event: DomainEvent): EventDto {
    return {
      id: event.eventId,
      type: event.eventType,
      version: event.aggregateVersion,
      position: event.position.toString(),
      createdAt: event.createdAt,
      data: Object.fromEntries(Object.entries(event).map(([name, value]) => [name, toJson(value)])),
      metadata: event.metadata,
    };
  }
}

/** Bytes as base64; JSON itself turns a Date into text. */
function toJson(value: unknown): unknown {
  return Buffer.isBuffer(value) ? value.toString('base64') : value;
}
