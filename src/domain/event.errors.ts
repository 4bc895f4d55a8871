import { EventSourcingError } from './event-sourcing-error.js';

/** The state change of a new event read a property of its envelope, which is known only once it is stored. */
export class EventNotStoredError extends EventSourcingError {
  readonly code = 'EVENT_NOT_STORED';

  constructor(
    readonly eventClass: string,
    readonly property: string,
  ) {
    super(
      `${eventClass}.${property} is known only once the event is stored. ` +
        `A state change that needs it should take it from the event's payload instead.`,
    );
  }
}

/** An event class has a payload property with a name that belongs to the envelope. */
export class ReservedPropertyError extends EventSourcingError {
  readonly code = 'RESERVED_PROPERTY';

  constructor(
    readonly eventClass: string,
    readonly property: string,
  ) {
    super(
      `${eventClass} has a payload property "${property}", a name that every stored event answers from its envelope. ` +
        `Rename the property.`,
    );
  }
}

/** A stored event has a type that no registered event class claims. */
export class UnknownEventTypeError extends EventSourcingError {
  readonly code = 'UNKNOWN_EVENT_TYPE';

  constructor(
    readonly eventType: string,
    readonly where: string,
  ) {
    super(
      `The event type "${eventType}" (${where}) belongs to no registered event class. ` +
        `Register its aggregate with EventSourcingModule.forFeature, or give the class that took its place ` +
        `@EventType('…', { aliases: ['${eventType}'] }).`,
    );
  }
}
