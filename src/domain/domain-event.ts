import { InvalidArgumentError } from './aggregate.errors.js';
import {
  attachEnvelope,
  ENVELOPE_PROPERTIES,
  EnvelopeHolder,
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
export abstract class DomainEvent extends EnvelopeHolder implements EventEnvelope {
  /**
   * The base of an event class whose payload has a type already, such as one that `nestevents schema types` wrote.
   *
   * Such a class takes its payload as one object, and has its properties. The object is not kept, but what lies in it
   * is not copied. Where nothing in it is required, it may be left out.
   *
   * @example
   * ```ts
   * class TodoCreated extends DomainEvent.of<TodoCreatedData>() {}
   * new TodoCreated({ label: 'buy milk' }).label;
   * ```
   * @throws InvalidArgumentError when it is called on another class than DomainEvent, or when an event is made of
   * something that is no object of properties; ReservedPropertyError when it is made of a property of the envelope.
   */
  static of<T extends object & EnvelopeFree>(
    this: typeof DomainEvent,
  ): abstract new (...payload: PayloadArguments<T>) => DomainEvent & Readonly<T> {
    if (this !== DomainEvent) {
      const name = typeof this === 'function' ? this.name : String(this);
      throw new InvalidArgumentError(
        `of() was called on ${name}, whose constructor it does not know`,
        'Write DomainEvent.of<…>().',
      );
    }
    return PayloadEvent as unknown as ReturnType<typeof DomainEvent.of<T>>;
  }

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

/** What has no property of the envelope. */
type EnvelopeFree = { readonly [Property in keyof EventEnvelope]?: never };

/** The arguments of a class of {@link DomainEvent.of}. */
type PayloadArguments<T> = [keyof T] extends [never]
  ? [payload?: Readonly<Record<string, never>>]
  : {} extends T
    ? [payload?: T]
    : [payload: T];

const OWN_PROPERTY = { writable: true, enumerable: true, configurable: true };

/** What every class of {@link DomainEvent.of} extends. */
abstract class PayloadEvent extends DomainEvent {
  constructor(payload: unknown = {}) {
    super();
    // No array, Date or Map, and no promise that somebody forgot to wait for.
    const kind = Object.prototype.toString.call(payload);
    if (kind !== '[object Object]') {
      throw new InvalidArgumentError(
        `${new.target.name} was made of ${kind.slice('[object '.length, -1)}, not of an object with its properties`,
        `Pass them in one object: new ${new.target.name}({ … }).`,
      );
    }
    for (const [key, value] of Object.entries(payload as object)) {
      // Assigning a property of this name would replace the prototype.
      if (key === '__proto__') Object.defineProperty(this, key, { value, ...OWN_PROPERTY });
      else (this as Record<string, unknown>)[key] = value;
    }
  }
}

/** A class of events, as decorators and registries name it. */
export type EventClass<E extends DomainEvent = DomainEvent> = (abstract new (...args: never[]) => E) & {
  readonly prototype: E;
};

/** A stored event with this payload, made without running the constructor of its class. */
export function reviveEvent<E extends DomainEvent>(
  eventClass: EventClass<E>,
  payload: object,
  envelope: EventEnvelope,
): E {
  const event = Reflect.construct(DomainEvent, [], eventClass) as E;
  // Assigning a property of this name would replace the prototype.
  if (!Object.hasOwn(payload, '__proto__')) Object.assign(event, payload);
  else {
    for (const [key, value] of Object.entries(payload)) {
      Object.defineProperty(event, key, { value, ...OWN_PROPERTY });
    }
  }
  attachEnvelope(event, envelope);
  return event;
}

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
