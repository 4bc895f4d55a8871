import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import {
  CommandBus,
  EventBus,
  UnhandledExceptionBus,
  type IEvent,
  type IEventPublisher,
  type UnhandledExceptionInfo,
} from '@nestjs/cqrs';
import { DomainEvent } from '../../domain/index.js';
import { MessageContext } from '../../store/index.js';
import { isDomainEventClass } from './event-handler.explorer.js';
import { commandMessage } from './handled-message.js';

/**
 * The buses of `@nestjs/cqrs` in the application: one of each, or more where `CqrsModule` is imported in several ways.
 *
 * A bus calls handlers without waiting for them, so that neither their order nor their end is known. Domain events
 * are therefore given to handlers by us, and by the bus only to sagas and subscribers.
 */
@Injectable()
export class CqrsBuses {
  #eventBus: EventBus | undefined;
  #exceptionBuses: UnhandledExceptionBus[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly context: MessageContext,
    private readonly ownEventBus: EventBus,
  ) {}

  /** The bus that the application sees: the one of its own `CqrsModule.forRoot(…)`, or else ours. */
  get eventBus(): EventBus {
    return this.#eventBus ?? this.ownEventBus;
  }

  /** Whether anybody gets what is published on {@link eventBus}. */
  get isHeard(): boolean {
    const bus = this.eventBus;
    // Somebody looks at the bus in another way, such as a spy of a test.
    if (bus.publish !== EventBus.prototype.publish) return true;
    return (
      bus.subject$.observed || !(bus.publisher instanceof HandlingPublisher) || bus.publisher.reachesOthers
    );
  }

  /** Reports a failure to whoever listens, on whichever bus. */
  report(failure: UnhandledExceptionInfo): void {
    for (const bus of this.#exceptionBuses) bus.publish(failure);
  }

  /**
   * To be called once, before the buses find their handlers.
   *
   * @param handle is given each domain event that is published on any bus.
   */
  connect(handle: (event: DomainEvent) => Promise<void>): void {
    const instances = new Set(this.discovery.getProviders().map(({ instance }) => instance as unknown));
    const eventBuses = [...instances].filter((instance) => instance instanceof EventBus);
    this.#eventBus = eventBuses.find((bus) => bus !== this.ownEventBus);
    this.#exceptionBuses = [...instances].filter(isExceptionBus);
    for (const bus of eventBuses) {
      DomainEventBus.keepFromHandlers(bus);
      bus.publisher = new HandlingPublisher(bus.publisher, handle);
    }
    for (const instance of instances) if (instance instanceof CommandBus) this.#observe(instance);
  }

  /**
   * Lets the context know which command is being handled. The bus has no hook around a handler: its publisher is told
   * before, but not when the handler ends. So the one public method is wrapped, on this application's bus only.
   */
  #observe(bus: CommandBus): void {
    const execute = bus.execute.bind(bus) as (...args: [object, ...unknown[]]) => Promise<never>;
    bus.execute = (...args: [object, ...unknown[]]) =>
      this.context.run(commandMessage(args[0], this.context.current), () => execute(...args));
  }
}

function isExceptionBus(instance: unknown): instance is UnhandledExceptionBus {
  return instance instanceof UnhandledExceptionBus;
}

/** Reaches what `EventBus` keeps for its subclasses. */
class DomainEventBus extends EventBus {
  /** The class of the publisher that a bus has of its own, which Nest does not export. */
  static readonly usualPublisher = new EventBus(undefined as never, undefined as never, undefined as never)
    .publisher.constructor;

  /**
   * Makes the bus find no handler for domain events: an event and a handler belong together if the event's class has
   * the same id for both, and here it has a new id each time.
   */
  static keepFromHandlers(bus: EventBus): void {
    const open = bus as DomainEventBus;
    const original = open.eventIdProvider;
    let count = 0;
    open.eventIdProvider = {
      getEventId: (eventClass) =>
        isDomainEventClass(eventClass) ? `nestevents:${(count += 1)}` : original.getEventId(eventClass),
    };
  }
}

/** Publishes as before, and sees to it that a domain event also reaches its handlers. */
class HandlingPublisher implements IEventPublisher {
  constructor(
    private readonly original: IEventPublisher,
    private readonly handle: (event: DomainEvent) => Promise<void>,
  ) {}

  /** Whether it is the application's own, and not Nest's, which knows the subscribers of the bus only. */
  get reachesOthers(): boolean {
    return this.original.constructor !== DomainEventBus.usualPublisher;
  }

  publish(event: IEvent, ...context: unknown[]): unknown {
    return this.#handled([event], this.#original('publish')?.(event, ...context));
  }

  publishAll(events: IEvent[], ...context: unknown[]): unknown {
    const publishAll = this.#original('publishAll');
    if (!publishAll) return events.map((event) => this.publish(event, ...context));
    return this.#handled(events, publishAll(events, ...context));
  }

  #original(method: 'publish' | 'publishAll'): ((...args: unknown[]) => unknown) | undefined {
    return this.original[method]?.bind(this.original) as ((...args: unknown[]) => unknown) | undefined;
  }

  #handled(events: IEvent[], published: unknown): unknown {
    const handled = events.filter((event) => event instanceof DomainEvent).map((event) => this.handle(event));
    return handled.length === 0 ? published : Promise.all([published, ...handled]);
  }
}
