import type { DomainEvent } from './domain-event.js';
import { newEventId } from './new-event-id.js';

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

/** The envelope of an event that is stored; before that the id it will be stored under, once somebody has asked. */
type Knowledge = EventEnvelope | string | undefined;

let knowledgeOf: (event: EnvelopeHolder) => Knowledge;
let know: (event: EnvelopeHolder, knowledge: Knowledge) => void;
/** Of copies that were made without any constructor, which have no private field. */
const ofCopies = new WeakMap<EnvelopeHolder, Knowledge>();

/**
 * The base of all events, which keeps what is known of one out of sight: its own properties are its payload and nothing
 * else. A private field, because a WeakMap would cost more than all else there is to do for an event that is read.
 */
export abstract class EnvelopeHolder {
  #knowledge: Knowledge;

  static {
    knowledgeOf = (event) => (#knowledge in event ? event.#knowledge : ofCopies.get(event));
    know = (event, knowledge) => {
      if (#knowledge in event) event.#knowledge = knowledge;
      else ofCopies.set(event, knowledge);
    };
  }
}

/** The envelope of a stored event, or `undefined` while it is not stored. */
export function findEnvelope(event: DomainEvent): EventEnvelope | undefined {
  const knowledge = knowledgeOf(event);
  return typeof knowledge === 'string' ? undefined : knowledge;
}

/** Whether an event is stored, as far as this process knows. */
export function isStored(event: DomainEvent): boolean {
  return findEnvelope(event) !== undefined;
}

/** Gives an event the envelope it was stored with. */
export function attachEnvelope(event: DomainEvent, envelope: EventEnvelope): void {
  know(event, envelope);
}

/**
 * The id an event is or will be stored under.
 *
 * It stays with the instance, so that an append which is tried again is recognised by the journal.
 */
export function identify(event: DomainEvent): string {
  const knowledge = knowledgeOf(event);
  if (knowledge !== undefined) return typeof knowledge === 'string' ? knowledge : knowledge.eventId;
  const fresh = newEventId();
  know(event, fresh);
  return fresh;
}

/** Takes the envelope back from an event whose transaction was rolled back; its id stays. */
export function detachEnvelope(event: DomainEvent): void {
  const envelope = findEnvelope(event);
  if (envelope) know(event, envelope.eventId);
}
