import {
  AggregateDefinitionError,
  DuplicateAggregateError,
  DuplicateEventTypeError,
  UnappliedEventError,
  UnregisteredAggregateError,
} from './aggregate.errors.js';
import { readAggregateDefinition } from './aggregate-definition.js';
import type { PayloadEncoding } from './aggregate.decorator.js';
import { AggregateRoot, type AggregateClass } from './aggregate-root.js';
import type { EventClass } from './domain-event.js';
import { eventAliases } from './event-type.decorator.js';
import { eventTypeName, NAME_PATTERN } from './naming.js';
import { assertNoReservedProperties } from './reserved-properties.js';
import { isSameStep, readUpcasts, type UpcastStep } from './upcast-step.js';
import { UpcastDefinitionError } from './upcast.errors.js';

/** A registered, concrete aggregate. */
export interface RegisteredAggregate {
  readonly name: string;
  readonly aggregateClass: AggregateClass;
  /** How its payloads are stored, if it says so itself. */
  readonly encoding?: PayloadEncoding | undefined;
  /** The types it stores its events under, by class. */
  readonly eventTypes: ReadonlyMap<EventClass, string>;
}

/** An event of a registered aggregate. */
export interface RegisteredEvent {
  readonly type: string;
  readonly eventClass: EventClass;
  readonly aggregate: RegisteredAggregate;
}

/** The aggregates and events that one event store knows; each store has its own. */
export class DomainModel {
  readonly #aggregates = new Map<AggregateClass, RegisteredAggregate>();
  readonly #events = new Map<string, RegisteredEvent>();
  readonly #upcasts = new Map<EventClass, Map<number, UpcastStep>>();

  /**
   * Registers an aggregate with its events. An abstract one is checked but not registered.
   *
   * @throws AggregateDefinitionError, DuplicateAggregateError, DuplicateEventTypeError, ReservedPropertyError,
   * UpcastDefinitionError
   */
  add(aggregateClass: AggregateClass): void {
    if (typeof aggregateClass !== 'function' || !(aggregateClass.prototype instanceof AggregateRoot)) {
      throw new AggregateDefinitionError(
        typeof aggregateClass === 'function' ? aggregateClass.name : String(aggregateClass),
        undefined,
        'does not extend AggregateRoot',
        'Pass classes of aggregates to EventSourcingModule.forFeature (undefined comes from a circular import).',
      );
    }
    const definition = readAggregateDefinition(aggregateClass);
    for (const eventClass of definition.events) assertNoReservedProperties(eventClass);
    if (definition.abstract) return;
    for (const other of this.#aggregates.values()) {
      if (other.name === definition.name) {
        throw new DuplicateAggregateError(definition.name, other.aggregateClass.name, aggregateClass.name);
      }
    }
    const eventTypes = new Map(
      definition.events.map(
        (eventClass) => [eventClass, eventTypeName(eventClass, definition.name)] as const,
      ),
    );
    const { name, encoding } = definition;
    const aggregate: RegisteredAggregate = { name, aggregateClass, encoding, eventTypes };
    this.#aggregates.set(aggregateClass, aggregate);
    for (const [eventClass, type] of eventTypes) {
      for (const claimed of [type, ...eventAliases(eventClass)]) {
        this.#claim(claimed, { type, eventClass, aggregate });
      }
    }
    for (const owner of [aggregateClass, ...definition.events]) this.addUpcasts(readUpcasts(owner));
  }

  /** The registered aggregates, in the order of their registration. */
  get aggregates(): readonly RegisteredAggregate[] {
    return [...this.#aggregates.values()];
  }

  /** @throws UnregisteredAggregateError */
  aggregate(aggregateClass: AggregateClass): RegisteredAggregate {
    const aggregate = this.#aggregates.get(aggregateClass);
    if (!aggregate) throw new UnregisteredAggregateError(aggregateClass?.name ?? String(aggregateClass));
    return aggregate;
  }

  /** The type under which an aggregate stores events of a class. @throws UnappliedEventError */
  eventType(aggregate: RegisteredAggregate, eventClass: EventClass): string {
    const type = aggregate.eventTypes.get(eventClass);
    if (type === undefined) throw new UnappliedEventError(aggregate.aggregateClass.name, eventClass.name);
    return type;
  }

  /** The event that a stored type or one of its aliases belongs to, if it is registered. */
  findEvent(type: string): RegisteredEvent | undefined {
    return this.#events.get(type);
  }

  /** Adds hand-written steps between versions; the same step again is harmless. @throws UpcastDefinitionError */
  addUpcasts(steps: readonly UpcastStep[]): void {
    for (const step of steps) {
      const ofEvent = this.#upcasts.get(step.eventClass) ?? new Map<number, UpcastStep>();
      const other = ofEvent.get(step.from);
      if (other && !isSameStep(other, step)) {
        throw new UpcastDefinitionError(
          step.place,
          `upcasts ${step.eventClass.name} from version ${step.from}, as ${other.place} does`,
          'Keep one of them.',
        );
      }
      this.#upcasts.set(step.eventClass, ofEvent.set(step.from, step));
    }
  }

  /** The hand-written steps between the versions of an event, by the version they take. */
  upcasts(eventClass: EventClass): ReadonlyMap<number, UpcastStep> {
    return this.#upcasts.get(eventClass) ?? new Map<number, UpcastStep>();
  }

  /** Every stored name of the given classes of events, over all aggregates, aliases included. */
  storedTypes(eventClasses: readonly EventClass[]): string[] {
    const wanted = new Set(eventClasses);
    return [...this.#events].filter(([, event]) => wanted.has(event.eventClass)).map(([type]) => type);
  }

  #claim(type: string, event: RegisteredEvent): void {
    if (typeof type !== 'string' || !NAME_PATTERN.test(type)) {
      throw new AggregateDefinitionError(
        event.eventClass.name || '(anonymous class)',
        undefined,
        `has the unusable event type ${JSON.stringify(type)}`,
        `Use letters, digits, "_", "-" and ".": @EventType('…').`,
      );
    }
    const owner = this.#events.get(type);
    if (owner) throw new DuplicateEventTypeError(type, describe(owner), describe(event));
    this.#events.set(type, event);
  }
}

function describe({ eventClass, aggregate }: RegisteredEvent): string {
  return `${eventClass.name} of ${aggregate.aggregateClass.name}`;
}
