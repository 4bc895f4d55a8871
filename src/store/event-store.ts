import {
  assertAggregateId,
  detachEnvelope,
  identify,
  type DomainEvent,
  type DomainModel,
} from '../domain/index.js';
import type { EventContract, SchemaProblem, SchemaRegistry } from '../schema/index.js';
import { assertDistinct, assertDomainEvent, assertTransaction, assertUnseen } from './append-checks.js';
import type { AppendAllOptions, AppendOptions, StreamEvents } from './append-options.js';
import { AppendTelemetry } from './append-telemetry.js';
import { EventFeed } from './event-feed.js';
import { EventReader } from './event-reader.js';
import { EventWriter, type EventWriterOptions } from './event-writer.js';
import { EventImporter } from './import/event-importer.js';
import type { ImportOptions, ImportProgress, ImportSource } from './import/import-source.js';
import { KeptSchemas } from './kept-schemas.js';
import type { Journal, StreamAppend } from './journal.js';
import type { JournalRecord } from './journal-record.js';
import type { InlineHandlers } from './inline-handlers.js';
import { MessageContext } from './message-context.js';
import { assertMetadata, encodeMetadata } from './metadata-encoding.js';
import { PublishOrder, streamKey } from './publish-order.js';
import { checkedReadAllOptions, streamQuery } from './read-checks.js';
import type { ReadAllOptions, ReadOptions } from './read-options.js';
import type { StoredEventsPublisher } from './stored-events-publisher.js';
import { inThisTrace, withTrace } from './trace-context.js';
import type { Transaction } from './transaction.js';
import { assertExpectedVersion, type Stream } from './stream.js';
import { StreamAppender } from './stream-appender.js';
import { WrittenSchemas } from './written-schemas.js';

/** What an event store is made of. */
export interface EventStoreParts {
  readonly model: DomainModel;
  readonly schemas: SchemaRegistry;
  readonly journal: Journal;
  readonly publisher: StoredEventsPublisher;
  readonly context: MessageContext;
  readonly options: EventWriterOptions;
}

/** The only way into the journal and out of it. */
export class EventStore {
  readonly #parts: EventStoreParts;
  readonly #reader: EventReader;
  readonly #writer: EventWriter;
  readonly #written: WrittenSchemas;
  readonly #appender: StreamAppender;
  readonly #importer: EventImporter;
  readonly #order = new PublishOrder();
  readonly #telemetry: AppendTelemetry;
  readonly #listeners: (() => void)[] = [];
  /** What handlers have not finished with, by event id. */
  readonly #inHandling = new Map<string, Promise<void>>();

  constructor(parts: EventStoreParts) {
    this.#parts = parts;
    this.#telemetry = new AppendTelemetry(parts.model);
    const kept = new KeptSchemas();
    this.#reader = new EventReader(parts.model, parts.schemas, parts.journal.archive, kept);
    this.#writer = new EventWriter(parts.model, parts.schemas, parts.options);
    this.#written = new WrittenSchemas(parts.schemas, parts.journal.archive, kept);
    this.#appender = new StreamAppender(parts.journal, this.#written);
    const onStored = (): void => this.#wakeListeners();
    this.#importer = new EventImporter({ ...parts, writer: this.#writer, written: this.#written, onStored });
  }

  /**
   * Appends events to one stream; all are stored, or none.
   *
   * Appending the same instances again stores nothing and resolves to what is stored. In-process handlers run after
   * the commit, which outside a transaction of the caller's is before this resolves; it does not wait for them.
   *
   * @returns the events, now with their envelope.
   * @throws ConcurrencyError when the stream is not at the expected version; EventSchemaError and EventPayloadError
   * before any SQL; UnregisteredAggregateError, UnappliedEventError, DuplicateEventError, InvalidArgumentError.
   */
  append(
    stream: Stream,
    events: readonly DomainEvent[],
    options: AppendOptions = {},
  ): Promise<DomainEvent[]> {
    return this.appendAll([{ stream, events, expectedVersion: options.expectedVersion }], options);
  }

  /**
   * Appends events to several streams; all are stored, or none.
   *
   * @returns the events of all streams in the order they were given; positions run by stream.
   * @throws as {@link append}.
   */
  async appendAll(appends: readonly StreamEvents[], options: AppendAllOptions = {}): Promise<DomainEvent[]> {
    const given = appends.filter(({ events }) => events.length > 0);
    return this.#telemetry.around(given, () => this.#appendGiven(given, options));
  }

  async #appendGiven(given: readonly StreamEvents[], options: AppendAllOptions): Promise<DomainEvent[]> {
    const events = given.flatMap((append) => append.events);
    const streams = this.#prepare(given, options);
    if (events.length === 0) return events;
    assertDistinct(events);
    assertTransaction(options.transaction);
    if (options.transaction) {
      this.#publishAfter(
        options.transaction,
        await this.#appender.append(streams, events, options.transaction),
      );
      return events;
    }
    const inFlight = this.#order.begin(
      streams.map(({ aggregateType, aggregateId }) => streamKey(aggregateType, aggregateId)),
    );
    let fresh: readonly DomainEvent[] = [];
    try {
      fresh = await this.#appender.append(streams, events);
    } finally {
      const handled = this.#order.end(inFlight, fresh, (part) => this.#publish(part));
      if (handled) this.#remember(fresh, handled);
    }
    return events;
  }

  /**
   * Stores many events that happened elsewhere, in large batches and in the order of their source.
   *
   * Each batch is stored whole or not at all, together with how far the import has come: run again under the same name,
   * it goes on behind what is stored. Every event is checked as in an append, and its version follows on what its stream
   * has. Durable and inline handlers get the events; in-process handlers and sagas do not.
   *
   * @param name names the import in this journal, for good.
   * @returns how far it has come, when the source has ended.
   * @throws ImportedEventError naming the event that cannot be stored; ConcurrentImportError; ImportInterruptedError;
   * ConcurrencyError; InvalidArgumentError; the signal's reason; whatever the source or an inline handler throws.
   */
  async import(name: string, source: ImportSource, options: ImportOptions = {}): Promise<ImportProgress> {
    return this.#importer.import(name, source, options);
  }

  /** Stops all imports of this store behind the batches that are being stored. */
  async stopImports(): Promise<void> {
    await this.#importer.stop();
  }

  /** Has events handled in the transaction of their append from now on. */
  handleInline(handlers: InlineHandlers): void {
    this.#appender.handleInline(handlers);
    this.#importer.handleInline(handlers);
  }

  /** Asks to be told whenever this process has stored something. */
  onStored(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** The journal as durable handlers read it. */
  feed(): EventFeed {
    return new EventFeed(this.#parts.journal, this.#reader);
  }

  /** Resolves when the appends that are on their way now have been answered. */
  async settled(): Promise<void> {
    await this.#appender.settled();
  }

  /**
   * Resolves when the in-process handlers have finished with these events, as returned by an append or as read.
   *
   * Only what this process appended is handled in it; for other events it resolves at once. It never rejects: a failing
   * handler is reported, not thrown. For an append in a caller's transaction it resolves after the handlers that run
   * on its commit, or when it is rolled back. Do not wait, in a handler, for events that the same handler is to get.
   */
  async whenHandled(events: readonly DomainEvent[]): Promise<void> {
    for (const event of events) await this.#inHandling.get(identify(event));
  }

  /**
   * The events of one stream, in the order of their versions.
   *
   * Events of earlier versions of their schema come as the newest version: by Avro's schema resolution, and by the
   * `@Upcast` steps on the way.
   *
   * @throws UnknownEventTypeError, UnreadableVersionError, UpcastFailedError, CorruptEventError,
   * UnregisteredAggregateError, InvalidArgumentError while iterating
   */
  async *read(stream: Stream, options: ReadOptions = {}): AsyncGenerator<DomainEvent, void, void> {
    for await (const page of this.readPages(stream, options)) yield* page;
  }

  /** The same as {@link read}, many events at a time. */
  async *readPages(stream: Stream, options: ReadOptions = {}): AsyncGenerator<DomainEvent[], void, void> {
    for await (const page of this.#readStream(stream, options)) yield await this.#reader.toEvents(page);
  }

  /** Hands the same events as {@link readPages} to a function, page by page. @throws as {@link read}, and as the function */
  async replay(stream: Stream, options: ReadOptions, fold: (events: DomainEvent[]) => void): Promise<void> {
    // No generator, and no promise for a page that is at hand: most streams are short, and are loaded all the time.
    for await (const page of this.#readStream(stream, options)) {
      const events = this.#reader.toEvents(page);
      fold(Array.isArray(events) ? events : await events);
    }
  }

  /**
   * The events of all streams by `position`, up to the last one before which nothing can be stored any more.
   *
   * Reading on from the last position got, again and again, delivers every event exactly once, however writers
   * commit. It ends; it does not wait for what comes later.
   */
  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<DomainEvent, void, void> {
    const query = checkedReadAllOptions(options, (classes) => this.#parts.model.storedTypes(classes));
    for await (const page of this.#parts.journal.readAll(query)) {
      for (const record of page) yield this.#reader.readable(record) ?? (await this.#reader.toEvent(record));
    }
  }

  /** Compares the schemas of events with what the journal's events were written with; what differs is a problem. */
  async compareSchemas(contracts: readonly EventContract[]): Promise<SchemaProblem[]> {
    return this.#written.compare(contracts);
  }

  /** Turns rows of the journal into events, as {@link read} does. */
  async toEvents(records: readonly JournalRecord[]): Promise<DomainEvent[]> {
    return this.#reader.toEvents(records);
  }

  /** Does something when a caller's transaction, or the savepoint it is in now, is committed; else never. */
  afterCommit(transaction: Transaction, work: () => void): void {
    this.#parts.journal.onTransactionEnd(transaction, { committed: work, rolledBack: () => undefined });
  }

  /** The version of a stream's last event; 0 when the stream does not exist. */
  async version(stream: Stream): Promise<number> {
    const { name } = this.#parts.model.aggregate(stream.aggregate);
    assertAggregateId(stream.id, stream.aggregate.name);
    return this.#parts.journal.version(name, stream.id);
  }

  #readStream(stream: Stream, options: ReadOptions): AsyncIterable<readonly JournalRecord[]> {
    const { name } = this.#parts.model.aggregate(stream.aggregate);
    assertAggregateId(stream.id, stream.aggregate.name);
    return this.#parts.journal.readStream(streamQuery(name, stream.id, options));
  }

  #prepare(appends: readonly StreamEvents[], options: AppendAllOptions): StreamAppend[] {
    const given = options.metadata ?? {};
    assertMetadata(given);
    const metadata = encodeMetadata(withTrace(this.#parts.context.complete(given)));
    const seen = new Set<string>();
    return appends.map(({ stream, events, expectedVersion = 'any' }) => {
      const aggregate = this.#parts.model.aggregate(stream.aggregate);
      assertAggregateId(stream.id, stream.aggregate.name);
      assertExpectedVersion(expectedVersion);
      assertUnseen(streamKey(aggregate.name, stream.id), seen);
      const base = typeof expectedVersion === 'number' ? expectedVersion : 0;
      const records = events.map((event, index) => {
        assertDomainEvent(event, stream);
        const place = { aggregate, aggregateId: stream.id, aggregateVersion: base + index + 1 };
        return this.#writer.toRecord(event, place, metadata, options.validate === true);
      });
      return { aggregateType: aggregate.name, aggregateId: stream.id, expectedVersion, records };
    });
  }

  #publish(events: readonly DomainEvent[]): Promise<void> | undefined {
    this.#wakeListeners();
    return this.#parts.publisher.publish(events);
  }

  #wakeListeners(): void {
    for (const listener of this.#listeners) listener();
  }

  #publishAfter(transaction: Transaction, events: readonly DomainEvent[]): void {
    if (events.length === 0) return;
    const { journal } = this.#parts;
    const ended = new Promise<void>((resolve) => {
      journal.onTransactionEnd(transaction, {
        committed: inThisTrace(() => resolve(this.#publish(events))),
        rolledBack: () => {
          events.forEach(detachEnvelope);
          resolve();
        },
      });
    });
    this.#remember(events, ended);
  }

  #remember(events: readonly DomainEvent[], handled: Promise<void>): void {
    const ids = events.map(identify);
    for (const id of ids) this.#inHandling.set(id, handled);
    void handled.then(() => {
      for (const id of ids) this.#inHandling.delete(id);
    });
  }
}
