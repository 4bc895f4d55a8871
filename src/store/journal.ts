import type { ImportStorage } from './import/import-storage.js';
import type { JournalRecord, NewRecord } from './journal-record.js';
import type { JournalSlice, SliceQuery } from './journal-slice.js';
import type { ReadOptions } from './read-options.js';
import type { SchemaArchive } from './schema-archive.js';
import type { ExpectedVersion } from './stream.js';
import type { Transaction, TransactionOutcome } from './transaction.js';

/** The events to append to one stream, in order. */
export interface StreamAppend {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly expectedVersion: ExpectedVersion;
  readonly records: readonly NewRecord[];
}

/** What an append came to. */
export interface AppendResult {
  /** The stored events, in the order of the append. */
  readonly records: readonly JournalRecord[];
  /** Whether they were there before: the same append had been made already. */
  readonly repeated: boolean;
}

/** Which part of a stream to read. */
export interface StreamQuery extends ReadOptions {
  readonly aggregateType: string;
  readonly aggregateId: string;
}

/** Which part of the whole journal to read. */
export interface JournalQuery {
  /** Only events behind this position. */
  readonly after: bigint;
  /** Only events of these stored types. @default all */
  readonly types?: readonly string[];
  readonly limit?: number;
}

/** Which events to count. */
export interface CountQuery {
  /** Only events of these stored types. */
  readonly types: readonly string[];
  /** Only events behind this position. @default 0n */
  readonly after?: bigint;
  /** Only events up to this position. */
  readonly upTo: bigint;
}

/** Reads the journal, in pages. A reader cannot append. */
export interface JournalReader {
  readStream(query: StreamQuery): AsyncIterable<readonly JournalRecord[]>;
  /**
   * Events by position, up to the last one before which nothing can be stored any more: it never passes a hole that
   * a transaction still in flight may fill, and ends there.
   */
  readAll(query: JournalQuery): AsyncIterable<readonly JournalRecord[]>;
  /**
   * The next events by position. It never waits: at a hole that a transaction still in flight may fill it answers what
   * is before it, and who is in the way.
   */
  readSlice(query: SliceQuery): Promise<JournalSlice>;
  /** The beginning of the same, where it is known without asking the database; `undefined` where it is not. */
  knownSlice(query: SliceQuery): JournalSlice | undefined;
  /** The highest visible position; 0 when there is none. Lower ones may still come: it is no place to read on from. */
  head(): Promise<bigint>;
  /**
   * The highest visible position, when nothing can come below it any more: a place to read on from.
   *
   * @param patience how long to wait for transactions in flight, in milliseconds; after that, what they bring counts as
   * having been there before.
   */
  settledHead(patience: number): Promise<bigint>;
  /** How many events there are; it may have to look at all of them. */
  count(query: CountQuery): Promise<bigint>;
  /** The version of a stream's last event; 0 when there is none. */
  version(aggregateType: string, aggregateId: string): Promise<number>;
}

/** The storage of an event store: an adapter for each kind of database. */
export interface Journal extends JournalReader {
  /** The schemas that its events were written with. */
  readonly archive: SchemaArchive;
  /** The imports into it. */
  readonly imports: ImportStorage;
  /**
   * Stores the events of all streams, or none.
   *
   * An append whose events are all stored already, in the same streams and order, is answered with what is stored.
   *
   * @throws ConcurrencyError when a stream is not at its expected version.
   * @throws DuplicateEventError when some events are stored already, but not all of them as asked.
   */
  append(appends: readonly StreamAppend[], transaction?: Transaction): Promise<AppendResult>;
  /** Asks to be told how a caller's transaction ends. */
  onTransactionEnd(transaction: Transaction, outcome: TransactionOutcome): void;
  /** Makes sure at start that the journal is there and protected. @throws EventSourcingError saying what to do. */
  prepare(): Promise<void>;
}
