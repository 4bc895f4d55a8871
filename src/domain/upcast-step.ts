import { DomainEvent, type EventClass } from './domain-event.js';
import type { EventEnvelope } from './event-envelope.js';
import { lineage, type AnyClass } from './lineage.js';
import { readUpcastMetadata, type UpcastMetadata } from './upcast.decorator.js';
import { UpcastDefinitionError } from './upcast.errors.js';

type AnyFunction = (...args: never[]) => unknown;

/** A hand-written step from one version of an event's payload to the next. */
export interface UpcastStep {
  readonly eventClass: EventClass;
  /** The version it takes. */
  readonly from: number;
  /** Class and method, for messages. */
  readonly place: string;
  /** Whose it is: of a static method the class that declares it, else the class of the instance. */
  readonly owner: AnyClass;
  readonly method: AnyFunction;
  /** Whatever the method answers; whoever calls checks it. */
  run(payload: Record<string, unknown>, envelope: EventEnvelope): unknown;
}

/** Whether two steps are one, found twice: the same method of the same class, whatever they are called. */
export function isSameStep(left: UpcastStep, right: UpcastStep): boolean {
  return left.owner === right.owner && left.method === right.method;
}

/**
 * The `@Upcast` steps of a class and its bases.
 *
 * @param instance what methods that are not static are called on; without one they are refused.
 * @throws UpcastDefinitionError naming class, method and cure.
 */
export function readUpcasts(owner: AnyClass, instance?: object): UpcastStep[] {
  return [...readMethods(owner, true, owner), ...readMethods(owner, false, instance)];
}

function readMethods(owner: AnyClass, isStatic: boolean, receiver: object | undefined): UpcastStep[] {
  const steps = new Map<string | symbol, UpcastStep[]>();
  for (const declaring of lineage(owner)) {
    const found = readUpcastMetadata(declaring).filter((metadata) => metadata.isStatic === isStatic);
    // A method may have several; a subclass that replaces it with others replaces them all.
    for (const { method } of found) steps.set(method, []);
    for (const metadata of found) {
      const step = readStep(isStatic ? declaring : owner, declaring, metadata, receiver);
      steps.get(metadata.method)?.push(step);
    }
  }
  return [...steps.values()].flat();
}

function readStep(
  owner: AnyClass,
  declaring: AnyClass,
  metadata: UpcastMetadata,
  receiver: object | undefined,
): UpcastStep {
  const inherited = owner === declaring ? '' : ` (of ${owner.name})`;
  const place = `${declaring.name}.${String(metadata.method)}${inherited}`;
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
    owner,
    method: body as AnyFunction,
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
