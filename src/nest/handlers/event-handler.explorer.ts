import 'reflect-metadata';
import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService, ModuleRef } from '@nestjs/core';
import { AsyncContext, EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { DomainEvent, type EventClass } from '../../domain/index.js';
import { readHandlerMetadata } from '../../projections/index.js';
import type { DiscoveredHandler } from './discovered-handler.js';

/** A provider as Nest's container holds it. */
export type ProviderWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** Finds the `@EventsHandler` classes of the application that handle domain events in process, not durably. */
@Injectable()
export class EventHandlerExplorer {
  /** The request-like contexts of events, each shared by the handlers of one event. */
  readonly #contexts = new WeakMap<DomainEvent, AsyncContext>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly moduleRef: ModuleRef,
  ) {}

  /** One entry for each class, also where several modules provide it. */
  explore(): DiscoveredHandler[] {
    const handlers = new Map<unknown, DiscoveredHandler>();
    for (const wrapper of this.discovery.getProviders()) {
      const handlerClass = classOf(wrapper);
      if (!handlerClass || handlers.has(handlerClass) || readHandlerMetadata(handlerClass)) continue;
      const events = domainEventsOf(handlerClass);
      if (events.length === 0) continue;
      handlers.set(handlerClass, {
        name: handlerClass.name,
        events,
        handle: async (event) => (await this.#instance(wrapper, event)).handle(event),
      });
    }
    return [...handlers.values()];
  }

  /** The handler itself, or for one that depends on a request, an instance made for this event. */
  async #instance(wrapper: ProviderWrapper, event: DomainEvent): Promise<IEventHandler> {
    if (wrapper.isDependencyTreeStatic()) return wrapper.instance as IEventHandler;
    let context = AsyncContext.of(event) ?? this.#contexts.get(event);
    if (!context) {
      context = new AsyncContext();
      this.#contexts.set(event, context);
      this.moduleRef.registerRequestByContextId(context, context.id);
    }
    return this.moduleRef.resolve<IEventHandler>(wrapper.token as Type<IEventHandler>, context.id, {
      strict: false,
    });
  }
}

/** The class of a provider, however it is provided. */
export function classOf(wrapper: ProviderWrapper): Type | undefined {
  const instance = wrapper.instance as object | undefined;
  return (instance?.constructor ?? wrapper.metatype ?? undefined) as Type | undefined;
}

/** The key under which `@EventsHandler` notes the events of a class, read off the decorator itself. */
const EVENTS_KEY: unknown = (() => {
  class Probe {}
  EventsHandler()(Probe);
  return Reflect.getMetadataKeys(Probe)[0];
})();

/** The domain events that `@EventsHandler` names for a class. */
export function domainEventsOf(handlerClass: Type): EventClass[] {
  const events = (Reflect.getMetadata(EVENTS_KEY, handlerClass) ?? []) as unknown[];
  return events.filter(isDomainEventClass);
}

/** Whether a value is `DomainEvent` or a class of domain events. */
export function isDomainEventClass(value: unknown): value is EventClass {
  return typeof value === 'function' && (value === DomainEvent || value.prototype instanceof DomainEvent);
}
