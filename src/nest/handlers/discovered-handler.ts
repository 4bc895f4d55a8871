import type { DomainEvent, EventClass } from '../../domain/index.js';

/** An `@EventsHandler` class of the application, as far as it handles domain events. */
export interface DiscoveredHandler {
  /** The name of the class. */
  readonly name: string;
  readonly events: readonly EventClass[];
  handle(event: DomainEvent): Promise<unknown>;
}
