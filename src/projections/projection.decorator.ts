import 'reflect-metadata';
import type { HandlerMetadata, ProjectionOptions, SubscriptionOptions } from './handler-options.js';

const DURABLE = Symbol('nestevents:durable-handler');

/**
 * Makes an `@EventsHandler` class a projection: a handler with a place of its own in the journal, that keeps a read
 * model and can build it anew.
 *
 * 1. How often: its effects in the database of the journal happen exactly once. Repositories that Nest injects into it,
 *    and into what it calls, take part in the transaction that also moves its place; `dataSource.query` does not.
 * 2. What if it fails: the event is tried again with growing pauses and then parked; later events of the same aggregate
 *    wait behind it, all others go on.
 * 3. What if the process dies: the transaction is rolled back, and another instance goes on within seconds.
 * 4. In what order: by `position`, or with several partitions by `position` within each aggregate.
 *
 * @param name where its place is kept under, for ever; letters, digits, `_`, `-`, `.` and `:`.
 */
export function Projection(name: string, options: ProjectionOptions = {}): ClassDecorator {
  return (target) => Reflect.defineMetadata(DURABLE, { kind: 'projection', name, options }, target);
}

/**
 * Makes an `@EventsHandler` class a subscription: a handler with a place of its own in the journal, for effects outside
 * of the database, such as mail, calls to other systems, and commands.
 *
 * 1. How often: at least once. After a crash it may get events again that it had; `delivery.idempotencyKey` tells them.
 * 2. What if it fails: as with `@Projection`.
 * 3. What if the process dies: another instance goes on within seconds, at the last place that was kept.
 * 4. In what order: as with `@Projection`. A rebuild never repeats it.
 *
 * @param name as of `@Projection`.
 */
export function Subscription(name: string, options: SubscriptionOptions = {}): ClassDecorator {
  return (target) => Reflect.defineMetadata(DURABLE, { kind: 'subscription', name, options }, target);
}

/** What `@Projection` or `@Subscription` says of this very class, if anything. */
export function readHandlerMetadata(handlerClass: object): HandlerMetadata | undefined {
  return Reflect.getOwnMetadata(DURABLE, handlerClass) as HandlerMetadata | undefined;
}
