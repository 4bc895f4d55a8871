import type { DomainEvent } from '../domain/index.js';

/** Hands stored events to whoever handles them in this process. */
export interface StoredEventsPublisher {
  /** Resolves when every handler has finished with every event; never rejects. */
  publish(events: readonly DomainEvent[]): Promise<void>;
}
