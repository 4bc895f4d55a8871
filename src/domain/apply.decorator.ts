import 'reflect-metadata';
import type { EventClass } from './domain-event.js';

const APPLY = Symbol('nestevents:apply');

/** One `@Apply(…)` as it stands in a class; the events are checked by whoever reads it. */
export interface ApplyMetadata {
  readonly method: string;
  readonly events: readonly unknown[];
  /** Whether it stands on a static method, where it does nothing. */
  readonly isStatic: boolean;
}

/**
 * Marks the method that changes an aggregate's state for these events; it also makes the aggregate their owner.
 *
 * The method runs for new events and again at every load, so it must only assign: no decisions, no I/O, no clock.
 * A subclass inherits the methods of its bases and may replace them.
 */
export function Apply(
  ...events: EventClass[]
): <T>(target: object, method: string | symbol, descriptor: TypedPropertyDescriptor<T>) => void {
  return (target, method) => {
    // The target of a static method is the class itself.
    const isStatic = typeof target === 'function';
    const aggregateClass = isStatic ? target : target.constructor;
    const declared: ApplyMetadata = { method: String(method), events, isStatic };
    Reflect.defineMetadata(APPLY, [...readApplyMetadata(aggregateClass), declared], aggregateClass);
  };
}

/** The `@Apply`s written in this very class, in the order of their methods. */
export function readApplyMetadata(aggregateClass: object): readonly ApplyMetadata[] {
  return (Reflect.getOwnMetadata(APPLY, aggregateClass) as readonly ApplyMetadata[] | undefined) ?? [];
}
