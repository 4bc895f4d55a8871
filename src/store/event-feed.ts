import type { DomainEvent } from '../domain/index.js';
import type { EventReader } from './event-reader.js';
import type { JournalReader } from './journal.js';
import type { JournalRecord } from './journal-record.js';
import type { JournalSlice, SliceQuery } from './journal-slice.js';

/** A stored event on its way to a durable handler; it becomes an instance when it is asked for. */
export class FeedEvent {
  constructor(
    readonly record: JournalRecord,
    private readonly reader: EventReader,
  ) {}

  get eventId(): string {
    return this.record.eventId;
  }

  /** The event, at once unless a schema has to be fetched to read it. @throws UnknownEventTypeError, UnreadableVersionError, UpcastFailedError, CorruptEventError */
  read(): DomainEvent | Promise<DomainEvent> {
    return this.reader.readable(this.record) ?? this.reader.toEvent(this.record);
  }
}

/** A part of the journal, as durable handlers read it. */
export interface FeedSlice extends Omit<JournalSlice, 'records'> {
  readonly events: readonly FeedEvent[];
}

/** Which event of an aggregate comes next for a handler. */
export interface NextOfAggregate {
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** Only events from this version on. */
  readonly fromVersion: number;
  /** Only events up to this position. */
  readonly upTo: bigint;
  /** Only events of these stored types. */
  readonly types: readonly string[];
}

/** The journal as durable handlers read it: forward, and aggregate by aggregate. A feed cannot append. */
export class EventFeed {
  constructor(
    private readonly journal: JournalReader,
    private readonly reader: EventReader,
  ) {}

  /** What this process knows to follow a position at once, without reading; `undefined` when it knows nothing. */
  known(query: SliceQuery): FeedSlice | undefined {
    const slice = this.journal.knownSlice(query);
    return slice && this.#toFeed(slice);
  }

  /** The events behind a position, up to the last one before which nothing can be stored any more. */
  async slice(query: SliceQuery): Promise<FeedSlice> {
    return this.#toFeed(await this.journal.readSlice(query));
  }

  /** The next event of one aggregate, if there is one. */
  async next({ fromVersion, upTo, types, ...stream }: NextOfAggregate): Promise<FeedEvent | undefined> {
    for await (const page of this.journal.readStream({ ...stream, fromVersion })) {
      for (const record of page) {
        if (record.position > upTo) return undefined;
        if (types.includes(record.eventType)) return new FeedEvent(record, this.reader);
      }
    }
    return undefined;
  }

  /** The highest visible position; 0 when the journal is empty. */
  async head(): Promise<bigint> {
    return this.journal.head();
  }

  /** The same, when nothing can come below it any more. @param patience in milliseconds. */
  async settledHead(patience: number): Promise<bigint> {
    return this.journal.settledHead(patience);
  }

  /** How many events of some stored types there are up to a position, and behind another one. */
  async count(types: readonly string[], between: { after?: bigint; upTo: bigint }): Promise<bigint> {
    return this.journal.count({ types, ...between });
  }

  #toFeed({ records, ...slice }: JournalSlice): FeedSlice {
    return { ...slice, events: records.map((record) => new FeedEvent(record, this.reader)) };
  }
}
