import {
  identify,
  refuseReserved,
  type DomainEvent,
  type DomainModel,
  type EventClass,
  type PayloadEncoding,
  type RegisteredAggregate,
} from '../domain/index.js';
import {
  EventSchemaError,
  type EventSchema,
  type SchemaProblem,
  type SchemaRegistry,
} from '../schema/index.js';
import { encodeBinary } from './binary-payload.js';
import type { NewRecord } from './journal-record.js';
import { encodePayload, type EncodedPayload } from './payload-encoding.js';
import { EventPayloadError } from './store.errors.js';

/** How an event store checks and completes payloads. */
export interface EventWriterOptions {
  /** Whether every event is checked against its schema, or only where an append asks for it. */
  readonly validateAlways: boolean;
  readonly addSchemaVersionToEventData: boolean;
  /** How payloads of aggregates are stored that do not say so themselves. @default 'json' */
  readonly encoding?: PayloadEncoding;
}

/** Where an event is about to be stored. */
export interface EventPlace {
  readonly aggregate: RegisteredAggregate;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
}

/** Turns events into rows for the journal, checking them against their schemas on the way. */
export class EventWriter {
  constructor(
    private readonly model: DomainModel,
    private readonly schemas: SchemaRegistry,
    private readonly options: EventWriterOptions,
  ) {}

  /**
   * @param forced whether this append asks for validation.
   * @throws EventSchemaError, EventPayloadError, UnappliedEventError, ReservedPropertyError
   */
  toRecord(event: DomainEvent, place: EventPlace, metadata: string, forced: boolean): NewRecord {
    const eventClass = event.constructor as EventClass;
    const eventType = this.model.eventType(place.aggregate, eventClass);
    refuseReserved(eventClass, event);
    const schema = this.schemas.newest(place.aggregate.name, eventType);
    const payload: Record<string, unknown> = { ...event };
    if (forced && !schema) throw new EventSchemaError([missingSchema(eventClass, eventType, place)]);
    const check = (): void => {
      if (schema && (forced || this.options.validateAlways)) this.#validate(payload, event, schema, place);
    };
    // Added to what is stored, not to what is checked: a schema may declare it or not.
    const addVersion = this.options.addSchemaVersionToEventData && !Object.hasOwn(payload, 'schema_version');
    const stored = schema && addVersion ? { ...payload, schema_version: schema.version } : payload;
    const encoded = encodeChecked(stored, eventClass.name, check);
    const encoding = place.aggregate.encoding ?? this.options.encoding;
    const binary = encoding === 'avro' && schema ? encodeBinary(stored, schema) : undefined;
    return {
      eventId: identify(event),
      eventType,
      eventVersion: schema?.version ?? null,
      data: binary ? binary.bytes : encoded.json,
      dataTypes: binary ? binary.types : encoded.types,
      metadata,
    };
  }

  #validate(
    payload: Record<string, unknown>,
    event: DomainEvent,
    schema: EventSchema,
    place: EventPlace,
  ): void {
    const problems = schema.check(payload, {
      eventId: identify(event),
      eventType: schema.eventType,
      aggregateId: place.aggregateId,
      aggregateType: place.aggregate.name,
      aggregateVersion: place.aggregateVersion,
    });
    if (problems.length > 0) throw new EventSchemaError(problems);
  }
}

/** Encodes first, so that no check runs into a cycle; but what the schema has to say of a bad value says more. */
function encodeChecked(payload: Record<string, unknown>, owner: string, check: () => void): EncodedPayload {
  let encoded: EncodedPayload;
  try {
    encoded = encodePayload(payload, owner);
  } catch (error) {
    if (error instanceof EventPayloadError && !error.endless) check();
    throw error;
  }
  check();
  return encoded;
}

function missingSchema(eventClass: EventClass, eventType: string, place: EventPlace): SchemaProblem {
  return {
    code: 'SCHEMA_MISSING',
    aggregate: place.aggregate.name,
    event: eventType,
    message:
      `${eventClass.name} was to be validated but has no schema. ` +
      `Add ${place.aggregate.name}/v1_${eventType}.json to the directory of the option schemas.directory.`,
  };
}
