import { v7 as uuidv7 } from 'uuid';
import type { DomainEvent } from './domain-event.js';

/** What travels with an event beside its payload: command id, user, correlation and causation ids, anything JSON. */
export type EventMetadata = Readonly<Record<string, unknown>>;

/** What the journal knows about a stored event; every {@link DomainEvent} answers these once it is stored. */
export interface EventEnvelope {
  /** UUID, version 7 unless the event came from elsewhere. */
  readonly eventId: string;
  /** The name under which the event is stored, such as `todo_created`. */
  readonly eventType: string;
  /** The version of the Avro schema it was written with; `null` when it was stored without a schema. */
  readonly eventVersion: number | null;
  readonly aggregateId: string;
  /** The name of the aggregate, such as `todo`. */
  readonly aggregateType: string;
  /** The place in its stream: 1 for the first event of an aggregate. */
  readonly aggregateVersion: number;
  /** The place in the whole journal. Grows, but has holes where appends were rolled back. */
  readonly position: bigint;
  /** When the database stored it, by the database's clock, in milliseconds. */
  readonly createdAt: Date;
  readonly metadata: EventMetadata;
}

/** The names that an event answers from its envelope, and that a payload therefore cannot use. */
export const ENVELOPE_PROPERTIES = [
  'eventId',
  'eventType',
  'eventVersion',
  'aggregateId',
  'aggregateType',
  'aggregateVersion',
  'position',
  'createdAt',
  'metadata',
] as const satisfies readonly (keyof EventEnvelope)[];

/** The event whose state change is running for the first time, if one is. */
let applying: DomainEvent | undefined;

/** Runs the state change of a new event; reading its envelope in there is a mistake that would show at a replay. */
export function whileApplying<R>(event: DomainEvent, change: () => R): R {
  const outer = applying;
  applying = event;
  try {
    return change();
  } finally {
    applying = outer;
  }
}

/** Whether an event is new, and its state change is running. */
export function isBeingApplied(event: DomainEvent): boolean {
  return applying === event;
}

// Kept beside the events, not on them: an event's own properties are its payload and nothing else.
const envelopes = new WeakMap<DomainEvent, EventEnvelope>();
const identities = new WeakMap<DomainEvent, string>();

/** The envelope of a stored event, or `undefined` while it is not stored. */
export function findEnvelope(event: DomainEvent): EventEnvelope | undefined {
  return envelopes.get(event);
}

/** Whether an event is stored, as far as this process knows. */
export function isStored(event: DomainEvent): boolean {
  return envelopes.has(event);
}

/** Gives an event the envelope it was stored with. */
export function attachEnvelope(event: DomainEvent, envelope: EventEnvelope): void {
  envelopes.set(event, envelope);
}

/**
 * The id an event is or will be stored under.
 *
 * It stays with the instance, so that an append which is tried again is recognised by the journal.
 */
export function identify(event: DomainEvent): string {
  const stored = envelopes.get(event)?.eventId ?? identities.get(event);
  if (stored !== undefined) return stored;
  const fresh = uuidv7();
  identities.set(event, fresh);
  return fresh;
}

/** Takes the envelope back from an event whose transaction was rolled back; its id stays. */
export function detachEnvelope(event: DomainEvent): void {
  const envelope = envelopes.get(event);
  if (!envelope) return;
  identities.set(event, envelope.eventId);
  envelopes.delete(event);
}
