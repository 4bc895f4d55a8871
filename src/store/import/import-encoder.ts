import {
  assertAggregateId,
  InvalidArgumentError,
  type DomainModel,
  type EventMetadata,
} from '../../domain/index.js';
import { assertDomainEvent } from '../append-checks.js';
import type { EventWriter } from '../event-writer.js';
import { assertMetadata, encodeMetadata } from '../metadata-encoding.js';
import { checkedCreatedAt, checkedEventId } from './import-checks.js';
import type { ImportedEvent } from './import-source.js';
import type { ImportRecord } from './import-storage.js';

/** Turns the events of an import into rows, checking them on the way. */
export class ImportEncoder {
  /** @param forced whether this import asks for validation. */
  constructor(
    private readonly model: DomainModel,
    private readonly writer: EventWriter,
    private readonly forced: boolean,
  ) {}

  /** @throws InvalidArgumentError, and as an append */
  toRecord(given: ImportedEvent): ImportRecord {
    assertItem(given);
    const { stream, event, metadata, createdAt, eventId } = given;
    const aggregate = this.model.aggregate(stream.aggregate);
    assertAggregateId(stream.id, stream.aggregate.name);
    assertDomainEvent(event, stream);
    // The version that it will have is known only to the database.
    const place = { aggregate, aggregateId: stream.id, aggregateVersion: 1 };
    const record = this.writer.toRecord(event, place, encode(metadata), this.forced);
    return {
      record: eventId === undefined ? record : { ...record, eventId: checkedEventId(eventId) },
      aggregateType: aggregate.name,
      aggregateId: stream.id,
      createdAt: createdAt === undefined ? null : checkedCreatedAt(createdAt),
    };
  }
}

function encode(metadata: EventMetadata | undefined): string {
  if (metadata === undefined) return '{}';
  assertMetadata(metadata);
  return encodeMetadata(metadata);
}

function assertItem(given: unknown): asserts given is ImportedEvent {
  const { stream } = (given ?? {}) as Partial<ImportedEvent>;
  if (typeof stream === 'object' && stream !== null) return;
  throw new InvalidArgumentError(
    'The source gave something without a stream',
    'Let it give { stream: { aggregate, id }, event }, or arrays of these.',
  );
}
