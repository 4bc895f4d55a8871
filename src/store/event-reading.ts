import { ENVELOPE_PROPERTIES, type EventClass, type EventEnvelope } from '../domain/index.js';
import type { EventEvolution } from '../schema/index.js';
import type { JournalRecord } from './journal-record.js';
import { decodePayload } from './payload-decoding.js';

/** How the rows of one stored event type become instances. */
export class EventReading {
  /** Payloads of this version are taken as they are; `null` takes all as they are. */
  readonly #newest: number | null;

  constructor(
    readonly eventClass: EventClass,
    readonly evolution: EventEvolution | undefined,
  ) {
    this.#newest = evolution?.newest?.version ?? null;
  }

  /** Whether the schema of a row's version is known, if it takes one to read it. */
  isReady({ eventVersion }: JournalRecord): boolean {
    return !this.#isOld(eventVersion) || this.evolution!.knows(eventVersion);
  }

  /** @throws SyntaxError, TypeError, UpcastFailedError, ResolutionError, NoWayError */
  payloadOf(record: JournalRecord, envelope: EventEnvelope): Record<string, unknown> {
    const stored = decodePayload(record.data, record.dataTypes);
    assertNoEnvelope(stored);
    if (!this.#isOld(record.eventVersion)) return stored;
    const payload = this.evolution!.toNewest(record.eventVersion, stored, envelope);
    assertNoEnvelope(payload);
    return payload;
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
