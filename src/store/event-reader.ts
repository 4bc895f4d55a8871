import { reviveEvent, UnknownEventTypeError, type DomainEvent, type DomainModel } from '../domain/index.js';
import { NoWayError, UpcastFailedError, type SchemaRegistry } from '../schema/index.js';
import { EventReading } from './event-reading.js';
import { keptSchema, type KeptSchemas } from './kept-schemas.js';
import type { JournalRecord } from './journal-record.js';
import { RecordEnvelope } from './record-envelope.js';
import type { SchemaArchive } from './schema-archive.js';
import { CorruptEventError, UnreadableVersionError } from './store.errors.js';

/** Turns rows of the journal into instances of the registered event classes, and of no others. */
export class EventReader {
  readonly #model: DomainModel;
  readonly #schemas: SchemaRegistry;
  readonly #archive: SchemaArchive;
  readonly #kept: KeptSchemas;
  readonly #readings = new Map<string, EventReading>();
  #revision = 0;

  constructor(model: DomainModel, schemas: SchemaRegistry, archive: SchemaArchive, kept: KeptSchemas) {
    this.#model = model;
    this.#schemas = schemas;
    this.#archive = archive;
    this.#kept = kept;
  }

  /** The events of some rows; a promise of them only when a schema has to be fetched first. @throws as {@link toEvent} */
  toEvents(records: readonly JournalRecord[]): DomainEvent[] | Promise<DomainEvent[]> {
    const events: DomainEvent[] = [];
    for (const record of records) {
      const event = this.readable(record);
      if (!event) return this.#toEventsBehind(events, records);
      events.push(event);
    }
    return events;
  }

  async #toEventsBehind(events: DomainEvent[], records: readonly JournalRecord[]): Promise<DomainEvent[]> {
    for (const record of records.slice(events.length)) events.push(await this.toEvent(record));
    return events;
  }

  /**
   * The event of a row without waiting, or `undefined` when a schema has to be fetched first: then use {@link toEvent}.
   *
   * @throws as {@link toEvent}
   */
  readable(record: JournalRecord): DomainEvent | undefined {
    const reading = this.#readingOf(record);
    return reading.isReady(record) ? toEvent(reading, record) : undefined;
  }

  /** @throws UnknownEventTypeError, UnreadableVersionError, UpcastFailedError, CorruptEventError */
  async toEvent(record: JournalRecord): Promise<DomainEvent> {
    const reading = this.#readingOf(record);
    if (!reading.isReady(record)) await this.#learn(reading, record);
    return toEvent(reading, record);
  }

  #readingOf(record: JournalRecord): EventReading {
    if (this.#revision !== this.#schemas.revision) {
      this.#readings.clear();
      this.#revision = this.#schemas.revision;
    }
    const { eventType } = record;
    const known = this.#readings.get(eventType);
    if (known) return known;
    const registered = this.#model.findEvent(eventType);
    if (!registered) throw new UnknownEventTypeError(eventType, placeOf(record));
    const { eventClass, aggregate, type } = registered;
    const reading = new EventReading(eventClass, this.#schemas.evolution(aggregate.name, type), this.#kept);
    this.#readings.set(eventType, reading);
    return reading;
  }

  /** A newer deployment has stored it, or its file is gone: the journal has kept the schema. */
  async #learn(reading: EventReading, record: JournalRecord): Promise<void> {
    const { eventType, eventVersion } = record;
    const kept = await this.#archive.find([eventType]);
    const written = kept.find((schema) => schema.eventVersion === eventVersion);
    if (written) return reading.learn(record, keptSchema(written), written.upcastFrom);
    if (!reading.isDecodable(record)) {
      const problem = `its bytes are of version ${eventVersion} of its schema, which the journal has not kept`;
      throw new CorruptEventError(record.eventId, record.position, problem);
    }
    throw new UnreadableVersionError(
      record,
      placeOf(record),
      'there is neither a file for it nor a schema that the journal has kept',
    );
  }
}

function toEvent(reading: EventReading, record: JournalRecord): DomainEvent {
  const envelope = new RecordEnvelope(record);
  let payload: Record<string, unknown>;
  try {
    payload = reading.payloadOf(record, envelope);
  } catch (error) {
    throw readingError(error, record);
  }
  return reviveEvent(reading.eventClass, payload, envelope);
}

function placeOf({ aggregateType, aggregateId, aggregateVersion }: JournalRecord): string {
  return `${aggregateType} ${JSON.stringify(aggregateId)}, version ${aggregateVersion}`;
}

function readingError(error: unknown, record: JournalRecord): Error {
  if (error instanceof UpcastFailedError) return error;
  if (error instanceof NoWayError) return new UnreadableVersionError(record, placeOf(record), error.message);
  const problem = error instanceof Error ? error.message : String(error);
  return new CorruptEventError(record.eventId, record.position, problem, { cause: error });
}
