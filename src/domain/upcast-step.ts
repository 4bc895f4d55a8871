import { DomainEvent, type EventClass } from './domain-event.js';
import type { EventEnvelope } from './event-envelope.js';
import { readUpcastMetadata, type UpcastMetadata } from './upcast.decorator.js';
import { UpcastDefinitionError } from './upcast.errors.js';

/** A hand-written step from one version of an event's payload to the next. */
export interface UpcastStep {
  readonly eventClass: EventClass;
  /** The version it takes. */
  readonly from: number;
  /** Class and method, for messages. */
  readonly place: string;
  /** Whatever the method answers; whoever calls checks it. */
  run(payload: Record<string, unknown>, envelope: EventEnvelope): unknown;
}

/** Any class at all, as decorators meet it. */
// oxlint-disable-next-line typescript/no-unsafe-function-type
type AnyClass = Function;

/**
 * The `@Upcast` steps of a class and its bases.
 *
 * @param instance what methods that are not static are called on; without one they are refused.
 * @throws UpcastDefinitionError naming class, method and cure.
 */
export function readUpcasts(owner: AnyClass, instance?: object): UpcastStep[] {
  const steps = new Map<string | symbol, UpcastStep>();
  for (const ancestor of lineage(owner)) {
    for (const metadata of readUpcastMetadata(ancestor)) {
      steps.set(metadata.method, readStep(ancestor, metadata, metadata.isStatic ? owner : instance));
    }
  }
  return [...steps.values()];
}

function readStep(owner: AnyClass, metadata: UpcastMetadata, receiver: object | undefined): UpcastStep {
  const place = `${owner.name}.${String(metadata.method)}`;
  const from = checkedFrom(metadata.options, place);
  const eventClass = checkedEvent(metadata.event, place);
  if (!receiver) {
    throw new UpcastDefinitionError(
      place,
      'has @Upcast but is not static, and there is no instance to call it on',
      'Make it static, or move it into a provider (a class in the providers of a module).',
    );
  }
  const body = (receiver as Record<string | symbol, unknown>)[metadata.method];
  if (typeof body !== 'function') {
    throw new UpcastDefinitionError(place, 'has @Upcast but is no method', 'Put it on a method.');
  }
  if (Object.prototype.toString.call(body) === '[object AsyncFunction]') {
    throw new UpcastDefinitionError(
      place,
      'has @Upcast but is async',
      'Events are turned into instances without waiting: take what it needs from the payload.',
    );
  }
  return {
    eventClass,
    from,
    place,
    run: (payload, envelope): unknown => Reflect.apply(body, receiver, [payload, envelope]),
  };
}

function checkedFrom(options: unknown, place: string): number {
  const from = (options as { from?: unknown } | undefined)?.from;
  if (typeof from === 'number' && Number.isInteger(from) && from >= 1) return from;
  throw new UpcastDefinitionError(
    place,
    `has ${JSON.stringify(options) ?? 'undefined'} as options of @Upcast`,
    'Name the version it takes, a whole number from 1: @Upcast(Event, { from: 1 }).',
  );
}

function checkedEvent(event: unknown, place: string): EventClass {
  if (typeof event === 'function' && event.prototype instanceof DomainEvent) return event as EventClass;
  const circular = event === undefined;
  throw new UpcastDefinitionError(
    place,
    circular ? 'has undefined as the event of @Upcast' : 'names no class of events in @Upcast',
    circular
      ? 'Most likely two files import each other: move the event into a file of its own.'
      : 'Name a class that extends DomainEvent.',
  );
}

/** The class and its bases, the most basic first, so that a subclass replaces what it inherits. */
function lineage(owner: AnyClass): AnyClass[] {
  const classes: AnyClass[] = [];
  for (let next: unknown = owner; typeof next === 'function'; next = Object.getPrototypeOf(next)) {
    if (next !== Function.prototype) classes.unshift(next);
  }
  return classes;
}
