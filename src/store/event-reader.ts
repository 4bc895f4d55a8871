import {
  attachEnvelope,
  ENVELOPE_PROPERTIES,
  UnknownEventTypeError,
  type DomainEvent,
  type DomainModel,
  type EventClass,
} from '../domain/index.js';
import type { JournalRecord } from './journal-record.js';
import { decodePayload } from './payload-decoding.js';
import { RecordEnvelope } from './record-envelope.js';
import { CorruptEventError } from './store.errors.js';

/** Turns rows of the journal into instances of the registered event classes, and of no others. */
export class EventReader {
  constructor(private readonly model: DomainModel) {}

  /** @throws UnknownEventTypeError, CorruptEventError */
  toEvent(record: JournalRecord): DomainEvent {
    const registered = this.model.findEvent(record.eventType);
    if (!registered) {
      throw new UnknownEventTypeError(
        record.eventType,
        `${record.aggregateType} ${JSON.stringify(record.aggregateId)}, version ${record.aggregateVersion}`,
      );
    }
    const event = instantiate(registered.eventClass, this.#payload(record));
    attachEnvelope(event, new RecordEnvelope(record));
    return event;
  }

  #payload(record: JournalRecord): Record<string, unknown> {
    try {
      const payload = decodePayload(record.data, record.dataTypes);
      assertNoEnvelope(payload);
      return payload;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw new CorruptEventError(record.eventId, record.position, problem, { cause: error });
    }
  }
}

function assertNoEnvelope(payload: Record<string, unknown>): void {
  for (const property of ENVELOPE_PROPERTIES) {
    if (Object.hasOwn(payload, property)) {
      throw new TypeError(`its data has a property "${property}", which belongs to the envelope`);
    }
  }
}

/** An instance with this payload, made without running the class's constructor. */
function instantiate(eventClass: EventClass, payload: Record<string, unknown>): DomainEvent {
  const event = Object.create(eventClass.prototype) as DomainEvent;
  // Assigning a property of this name would replace the prototype.
  if (!Object.hasOwn(payload, '__proto__')) return Object.assign(event, payload);
  for (const [key, value] of Object.entries(payload)) {
    Object.defineProperty(event, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return event;
}
