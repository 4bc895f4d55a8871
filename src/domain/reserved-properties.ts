import { DomainEvent, type EventClass } from './domain-event.js';
import { ENVELOPE_PROPERTIES } from './event-envelope.js';
import { ReservedPropertyError } from './event.errors.js';

/**
 * Checks that a class of events uses no name of the envelope for its payload.
 *
 * Payload properties exist only on instances, so one is made, without arguments. A constructor that refuses that is
 * not held against the class: the same names are refused again whenever an event is constructed or stored.
 *
 * @throws ReservedPropertyError
 */
export function assertNoReservedProperties(eventClass: EventClass): void {
  for (
    let prototype: object = eventClass.prototype;
    prototype !== DomainEvent.prototype;
    prototype = Object.getPrototypeOf(prototype) as object
  ) {
    refuseReserved(eventClass, prototype);
  }
  refuseReserved(eventClass, sample(eventClass));
}

/** Refuses own properties that an event would hide its envelope with. @throws ReservedPropertyError */
export function refuseReserved(eventClass: { readonly name: string }, owner: object): void {
  for (const property of ENVELOPE_PROPERTIES) {
    if (Object.hasOwn(owner, property)) throw new ReservedPropertyError(eventClass.name, property);
  }
}

function sample(eventClass: EventClass): object {
  try {
    return Reflect.construct(eventClass, []) as object;
  } catch (error) {
    if (error instanceof ReservedPropertyError) throw error;
    return {};
  }
}
