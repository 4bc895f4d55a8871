import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { DomainModel } from '../../domain/index.js';
import {
  HandlerDefinitionError,
  readDefinition,
  readHandlerMetadata,
  type DurableEventHandler,
  type HandlerDefinition,
} from '../../projections/index.js';
import { classOf, domainEventsOf, type ProviderWrapper } from '../handlers/event-handler.explorer.js';

/** Finds the projections and subscriptions of the application. */
@Injectable()
export class DurableHandlerExplorer {
  constructor(private readonly discovery: DiscoveryService) {}

  /**
   * The durable handlers that follow the store of a data source, each class once.
   *
   * @throws HandlerDefinitionError
   */
  explore(dataSource: string, defaultDataSource: string, model: DomainModel): HandlerDefinition[] {
    const found = new Map<unknown, HandlerDefinition>();
    for (const wrapper of this.discovery.getProviders()) {
      const handlerClass = classOf(wrapper);
      const metadata = handlerClass && readHandlerMetadata(handlerClass);
      if (!metadata || found.has(handlerClass)) continue;
      if ((metadata.options.dataSource ?? defaultDataSource) !== dataSource) continue;
      const handler = instanceOf(wrapper, handlerClass.name);
      found.set(
        handlerClass,
        readDefinition({ metadata, handler, events: domainEventsOf(handlerClass) }, model),
      );
    }
    const definitions = [...found.values()];
    assertDistinct(definitions);
    return definitions;
  }
}

function instanceOf(wrapper: ProviderWrapper, className: string): DurableEventHandler {
  if (wrapper.isDependencyTreeStatic()) return wrapper.instance as DurableEventHandler;
  throw new HandlerDefinitionError(
    className,
    'is a durable handler, but is made anew for each request',
    'Make it a singleton, with what is injected into it: it runs outside of requests.',
  );
}

function assertDistinct(definitions: readonly HandlerDefinition[]): void {
  const owners = new Map<string, string>();
  for (const { name, handler } of definitions) {
    const other = owners.get(name);
    if (other !== undefined) {
      throw new HandlerDefinitionError(
        handler.constructor.name,
        `has the name "${name}", as ${other} has`,
        'Give one of them another name; its place in the journal is kept under it.',
      );
    }
    owners.set(name, handler.constructor.name);
  }
}
