import type { DomainEvent, EventMetadata } from '../../domain/index.js';
import type { Stream } from '../stream.js';

/** An event to import: something that happened elsewhere, and perhaps long ago. */
export interface ImportedEvent {
  readonly stream: Stream;
  readonly event: DomainEvent;
  /** Stored as it is: correlation, causation and trace are not added. @default {} */
  readonly metadata?: EventMetadata;
  /** When it happened, in milliseconds; not in the future. @default the time at which the database stores it */
  readonly createdAt?: Date;
  /** A UUID. @default the id of the instance: that of where it was read, else a new one */
  readonly eventId?: string;
}

/** What a source gives: an event, or several that are stored together or not at all. */
export type ImportItem = ImportedEvent | readonly ImportedEvent[];

/** Events in the order in which they are to stand in the journal, one at a time or as many as a source has at once. */
export type ImportItems = AsyncIterable<ImportItem> | Iterable<ImportItem>;

/**
 * Where the events of an import come from: all of them from the beginning, every time, in the same order; or a function
 * that is told how many are stored already and gives those behind them.
 */
export type ImportSource = ImportItems | ((done: number) => ImportItems);

/** How far an import has come. */
export interface ImportProgress {
  /** How many events are stored under the name of the import, by this run and those before it. */
  readonly done: number;
  /** How many of them this run has stored. */
  readonly stored: number;
  /** The position of the last event that this run has stored; `null` while there is none. */
  readonly position: bigint | null;
}

/** Options of {@link EventStore.import}. */
export interface ImportOptions {
  /** How many events are stored at a time; fewer when they are large. @default 1000 */
  readonly batchSize?: number;
  /** Is told after each batch; what it throws ends the import behind that batch. */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Ends the import behind the batch that is being stored, with the signal's reason. */
  readonly signal?: AbortSignal;
  /** `true` checks the events against their schemas even where the store does so only on demand. */
  readonly validate?: boolean;
}
