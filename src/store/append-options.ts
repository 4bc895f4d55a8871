import type { DomainEvent, EventMetadata } from '../domain/index.js';
import type { ExpectedVersion, Stream } from './stream.js';
import type { Transaction } from './transaction.js';

/** What goes for all streams of an append. */
export interface AppendAllOptions {
  /** Travels with the events; `correlationId` and `causationId` are added while a command or event is handled. */
  readonly metadata?: EventMetadata;
  /** `true` checks the events against their schemas even where the store does so only on demand. */
  readonly validate?: boolean;
  /** A running transaction of the caller's to append in, such as TypeORM's EntityManager. Handlers then run after it. */
  readonly transaction?: Transaction;
}

/** Options of `EventStore.append`. */
export interface AppendOptions extends AppendAllOptions {
  /** @default 'any' */
  readonly expectedVersion?: ExpectedVersion;
}

/** The events for one of several streams. */
export interface StreamEvents {
  readonly stream: Stream;
  readonly events: readonly DomainEvent[];
  /** @default 'any' */
  readonly expectedVersion?: ExpectedVersion;
}
