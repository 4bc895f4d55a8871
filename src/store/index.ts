export { EventStore, type EventStoreParts } from './event-store.js';
export type { AppendAllOptions, AppendOptions, StreamEvents } from './append-options.js';
export type { EventWriterOptions } from './event-writer.js';
export { checkedReadOptions } from './read-checks.js';
export type { ReadAllOptions, ReadOptions } from './read-options.js';
export type { ExpectedVersion, Stream } from './stream.js';
export type {
  AppendResult,
  CountQuery,
  Journal,
  JournalQuery,
  JournalReader,
  StreamAppend,
  StreamQuery,
} from './journal.js';
export type { InlineHandlers } from './inline-handlers.js';
export { EventFeed, FeedEvent, type FeedSlice, type NextOfAggregate } from './event-feed.js';
export type { HoleHolder, JournalHole, JournalSlice, SliceQuery } from './journal-slice.js';
export { isInPartition, partitionOf } from './partition.js';
export { refuseTransaction } from './refuse-transaction.js';
export { streamKey } from './publish-order.js';
export { traceOf } from './trace-context.js';
export {
  DURATION_BUCKETS,
  errorType,
  failSpan,
  inSpan,
  INSTRUMENTATION,
  type TracedOutcome,
} from './traced-work.js';
export type { Transaction, TransactionOutcome } from './transaction.js';
export type { JournalRecord, NewRecord } from './journal-record.js';
export { findRepetition } from './repetition.js';
export { InMemoryJournal } from './in-memory-journal.js';
export type { SchemaArchive, WrittenSchema } from './schema-archive.js';
export { InMemorySchemaArchive } from './in-memory-schema-archive.js';
export { MessageContext, type HandledMessage } from './message-context.js';
export type { StoredEventsPublisher } from './stored-events-publisher.js';
export {
  encodePayload,
  MAX_PAYLOAD_BYTES,
  type EncodedPayload,
  type ExtendedType,
} from './payload-encoding.js';
export { decodePayload } from './payload-decoding.js';
export { shownPayload } from './shown-payload.js';
export type {
  ImportedEvent,
  ImportItem,
  ImportItems,
  ImportOptions,
  ImportProgress,
  ImportSource,
} from './import/import-source.js';
export {
  LostRaceError,
  type ImportClaim,
  type ImportRecord,
  type ImportStorage,
} from './import/import-storage.js';
export { unlessAborted } from './unless-aborted.js';
export * from './import/import.errors.js';
export * from './store.errors.js';
