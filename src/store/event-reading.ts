import { ENVELOPE_PROPERTIES, type EventClass, type EventEnvelope } from '../domain/index.js';
import type { EventEvolution, EventSchema } from '../schema/index.js';
import { decodeBinary } from './binary-payload.js';
import type { JournalRecord } from './journal-record.js';
import type { KeptSchemas } from './kept-schemas.js';
import { decodePayload } from './payload-decoding.js';

/** How the rows of one stored event type become instances. */
export class EventReading {
  readonly #evolution: EventEvolution | undefined;
  readonly #kept: KeptSchemas;
  /** Payloads of this version are taken as they are; `null` takes all as they are. */
  readonly #newest: number | null;
  /** What bytes were last read by: most events of a type are of one version. */
  #last: EventSchema | undefined;

  constructor(
    readonly eventClass: EventClass,
    evolution: EventEvolution | undefined,
    kept: KeptSchemas,
  ) {
    this.#evolution = evolution;
    this.#kept = kept;
    this.#newest = evolution?.newest?.version ?? null;
  }

  /** Whether the schema of a row's version is known, if it takes one to read it. */
  isReady(record: JournalRecord): boolean {
    return this.isDecodable(record) && this.#isEvolvable(record);
  }

  /** Whether its payload can be taken out of the row. */
  isDecodable(record: JournalRecord): boolean {
    return typeof record.data === 'string' || this.#writerOf(record) !== undefined;
  }

  /** Takes what the journal has kept of the version of a row that is not ready. */
  learn(record: JournalRecord, schema: EventSchema, upcastFrom: readonly number[]): void {
    this.#kept.add(record.eventType, schema);
    if (!this.#isEvolvable(record)) this.#evolution!.learn(schema, upcastFrom);
  }

  /** @throws SyntaxError, TypeError, UpcastFailedError, ResolutionError, NoWayError */
  payloadOf(record: JournalRecord, envelope: EventEnvelope): Record<string, unknown> {
    const stored = this.#decode(record);
    assertNoEnvelope(stored);
    if (!this.#isOld(record.eventVersion)) return stored;
    const payload = this.#evolution!.toNewest(record.eventVersion, stored, envelope);
    assertNoEnvelope(payload);
    return payload;
  }

  #decode(record: JournalRecord): Record<string, unknown> {
    const { data, dataTypes } = record;
    if (typeof data === 'string') return decodePayload(data, dataTypes);
    return decodeBinary(data, dataTypes, this.#writerOf(record)!);
  }

  /** The schema that the bytes of a row were written with, if it is known. */
  #writerOf({ eventType, eventVersion }: JournalRecord): EventSchema | undefined {
    if (this.#last?.version !== eventVersion) this.#last = this.#kept.find(eventType, eventVersion);
    return this.#last;
  }

  #isEvolvable({ eventVersion }: JournalRecord): boolean {
    return !this.#isOld(eventVersion) || this.#evolution!.knows(eventVersion);
  }

  #isOld(version: number | null): version is number {
    return version !== this.#newest && this.#newest !== null && version !== null;
  }
}

function assertNoEnvelope(payload: Record<string, unknown>): void {
  for (const property of ENVELOPE_PROPERTIES) {
    if (Object.hasOwn(payload, property)) {
      throw new TypeError(`its data has a property "${property}", which belongs to the envelope`);
    }
  }
}
