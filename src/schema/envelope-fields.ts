import type { AvroType } from './avsc.js';

/** What the envelope of an event says; a schema may ask for it as if it were part of the payload. */
export interface EnvelopeFacts {
  eventId: string;
  eventType: string;
  aggregateId: string;
  aggregateType: string;
  aggregateVersion: number;
}

type FactName = keyof EnvelopeFacts | 'schemaVersion';

const FACT_OF_FIELD: ReadonlyMap<string, FactName> = new Map<string, FactName>([
  ...names('aggregateId', 'entity_id', 'entityId', 'aggregate_id', 'aggregateId'),
  ...names('aggregateVersion', 'entity_version', 'entityVersion', 'aggregate_version', 'aggregateVersion'),
  ...names('eventId', 'domain_event_id', 'domainEventId', 'event_id', 'eventId'),
  ...names('eventType', 'event_type', 'eventType'),
  ...names('aggregateType', 'aggregate_type', 'aggregateType'),
  ...names('schemaVersion', 'schema_version', 'schemaVersion', 'event_version', 'eventVersion'),
]);

/** All names under which a schema can ask for a part of the envelope. */
export const ENVELOPE_FIELDS: ReadonlySet<string> = new Set(FACT_OF_FIELD.keys());

/** Fields of the envelope that a schema cannot ask for, since they are known only once the event is stored. */
export const RESERVED_FIELDS: ReadonlySet<string> = new Set(['position', 'metadata', 'createdAt']);

function names(fact: FactName, ...fields: string[]): [string, FactName][] {
  return fields.map((field) => [field, fact]);
}

/** The envelope fields that one schema names; they are filled from the envelope unless the payload has them. */
export class EnvelopeFields {
  readonly #fields: { name: string; fact: FactName; asText: boolean }[];

  constructor(fields: readonly { name: string; type: AvroType }[]) {
    this.#fields = fields.flatMap(({ name, type }) => {
      const fact = FACT_OF_FIELD.get(name);
      // djangoevents' schemas often declare versions as strings.
      return fact === undefined ? [] : [{ name, fact, asText: !type.isValid(1) && type.isValid('1') }];
    });
  }

  /** Adds the fields to a copy of a payload; a schema that names none gets the payload itself. */
  fill(
    payload: Readonly<Record<string, unknown>>,
    envelope: EnvelopeFacts,
    schemaVersion: number,
  ): Readonly<Record<string, unknown>> {
    if (this.#fields.length === 0) return payload;
    const facts: Record<string, unknown> = {};
    for (const { name, fact, asText } of this.#fields) {
      const value = fact === 'schemaVersion' ? schemaVersion : envelope[fact];
      facts[name] = asText ? String(value) : value;
    }
    // Assigning is an order of magnitude faster than spreading, but would take this one key for the prototype.
    return Object.hasOwn(payload, '__proto__') ? { ...facts, ...payload } : Object.assign(facts, payload);
  }
}
