import type { DynamicModule, OnApplicationBootstrap, Type } from '@nestjs/common';
import { EventSourcingCoreModule, type EventStoreBlueprint } from './event-sourcing-core.module.js';
import { InProcessPublisher } from './handlers/in-process-publisher.js';

/** Lets sagas and subscribers have their events, once they are there. */
class BootstrapGate implements OnApplicationBootstrap {
  constructor(private readonly publisher: InProcessPublisher) {}

  onApplicationBootstrap(): void {
    this.publisher.open();
  }
}

/**
 * A module that sets up the event store of a data source.
 *
 * It is not global and it imports `CqrsModule`, so that its bootstrap comes after the one that registers the sagas.
 *
 * @param module the class it goes under.
 */
export function rootModule(module: Type, blueprint: EventStoreBlueprint): DynamicModule {
  return {
    module,
    imports: [EventSourcingCoreModule.forStore(blueprint)],
    providers: [
      {
        provide: BootstrapGate,
        useFactory: (publisher: InProcessPublisher) => new BootstrapGate(publisher),
        inject: [InProcessPublisher],
      },
    ],
  };
}
