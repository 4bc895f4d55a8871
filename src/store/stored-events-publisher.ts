import type { DomainEvent } from '../domain/index.js';

/** Hands stored events to whoever handles them in this process. */
export interface StoredEventsPublisher {
  /** Resolves when every handler has finished with every event, and never rejects; `undefined` when there is none. */
  publish(events: readonly DomainEvent[]): Promise<void> | undefined;
}
