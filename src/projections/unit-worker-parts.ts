import type { EventFeed, FeedEvent } from '../store/index.js';
import type { HandlerDefinition } from './handler-definition.js';
import type { HandlerStorage, Lease, UnitState } from './handler-storage.js';

/** What a worker is made of. */
export interface UnitWorkerParts {
  readonly definition: HandlerDefinition;
  readonly state: UnitState;
  readonly lease: Lease;
  readonly storage: HandlerStorage;
  readonly feed: EventFeed;
  /** Runs a handler's call with what belongs to an event, such as its trace. */
  readonly around: <T>(events: readonly FeedEvent[], work: () => Promise<T>, attempt?: number) => Promise<T>;
}

/** The entities whose tables a rebuild beside the live course writes to; none for others. */
export function shadowOf({ lease, definition }: UnitWorkerParts): readonly unknown[] {
  return lease.unit.course === 'rebuild' ? definition.tables : [];
}
