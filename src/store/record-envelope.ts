import type { EventEnvelope, EventMetadata } from '../domain/index.js';
import type { JournalRecord } from './journal-record.js';

/** The envelope of an event, answered from its row; metadata is parsed when somebody asks for it. */
export class RecordEnvelope implements EventEnvelope {
  #metadata: EventMetadata | undefined;

  constructor(private readonly record: JournalRecord) {}

  get eventId(): string {
    return this.record.eventId;
  }
  get eventType(): string {
    return this.record.eventType;
  }
  get eventVersion(): number | null {
    return this.record.eventVersion;
  }
  get aggregateId(): string {
    return this.record.aggregateId;
  }
  get aggregateType(): string {
    return this.record.aggregateType;
  }
  get aggregateVersion(): number {
    return this.record.aggregateVersion;
  }
  get position(): bigint {
    return this.record.position;
  }
  get createdAt(): Date {
    return this.record.createdAt;
  }
  get metadata(): EventMetadata {
    return (this.#metadata ??= Object.freeze(JSON.parse(this.record.metadata) as Record<string, unknown>));
  }
}
