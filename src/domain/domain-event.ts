import {
  ENVELOPE_PROPERTIES,
  findEnvelope,
  isBeingApplied,
  type EventEnvelope,
  type EventMetadata,
} from './event-envelope.js';
import { EventNotStoredError, ReservedPropertyError } from './event.errors.js';

/**
 * Something that happened to an aggregate; its own properties are its payload.
 *
 * Once stored it also answers its envelope (`eventId`, `aggregateId`, `position`, …). Before that, those are
 * `undefined`; in a state change (`@Apply`) of a new event they throw {@link EventNotStoredError}, because it would
 * differ between the first run and a replay. Instances read from the journal are made without calling the constructor.
 *
 * @example
 * ```ts
 * class TodoCreated extends DomainEvent {
 *   constructor(readonly label: string) { super(); }
 * }
 * ```
 */
export abstract class DomainEvent implements EventEnvelope {
  get eventId(): string {
    return answer(this, 'eventId');
  }
  get eventType(): string {
    return answer(this, 'eventType');
  }
  get eventVersion(): number | null {
    return answer(this, 'eventVersion');
  }
  get aggregateId(): string {
    return answer(this, 'aggregateId');
  }
  get aggregateType(): string {
    return answer(this, 'aggregateType');
  }
  get aggregateVersion(): number {
    return answer(this, 'aggregateVersion');
  }
  get position(): bigint {
    return answer(this, 'position');
  }
  get createdAt(): Date {
    return answer(this, 'createdAt');
  }
  get metadata(): EventMetadata {
    return answer(this, 'metadata');
  }
}

/** A class of events, as decorators and registries name it. */
export type EventClass<E extends DomainEvent = DomainEvent> = (abstract new (...args: never[]) => E) & {
  readonly prototype: E;
};

function answer<K extends keyof EventEnvelope>(event: DomainEvent, property: K): EventEnvelope[K] {
  const envelope = findEnvelope(event);
  if (envelope) return envelope[property];
  if (isBeingApplied(event)) throw new EventNotStoredError(event.constructor.name, property);
  // Typed as if it were there, because whoever handles events gets stored ones.
  return undefined as unknown as EventEnvelope[K];
}

// Assigning one of these names would lose the value; say so instead of V8's "has only a getter".
for (const property of ENVELOPE_PROPERTIES) {
  Object.defineProperty(DomainEvent.prototype, property, {
    ...Object.getOwnPropertyDescriptor(DomainEvent.prototype, property),
    set(this: DomainEvent) {
      throw new ReservedPropertyError(this.constructor.name, property);
    },
  });
}
