import { EventSourcingError } from '../domain/index.js';
import type { ExpectedVersion } from './stream.js';

/** Facts of a {@link ConcurrencyError}. */
export interface ConcurrencyFacts {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly expectedVersion: ExpectedVersion;
  /** The version the stream has; 0 when it does not exist. */
  readonly actualVersion: number;
}

/** A stream was not at the version an append expected: somebody else was faster. Nothing was stored. */
export class ConcurrencyError extends EventSourcingError {
  readonly code: string = 'CONCURRENCY';
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly expectedVersion: ExpectedVersion;
  readonly actualVersion: number;

  constructor(facts: ConcurrencyFacts, message?: string) {
    super(
      message ??
        `${facts.aggregateType} ${JSON.stringify(facts.aggregateId)} is at version ${facts.actualVersion}, ` +
          `expected was ${JSON.stringify(facts.expectedVersion)}. Nothing was stored: load it again and decide anew.`,
    );
    this.aggregateType = facts.aggregateType;
    this.aggregateId = facts.aggregateId;
    this.expectedVersion = facts.expectedVersion;
    this.actualVersion = facts.actualVersion;
  }
}

/** More appends wait for the database than may; this one was not sent. It can be made again when fewer do. */
export class AppendQueueFullError extends EventSourcingError {
  readonly code = 'APPEND_QUEUE_FULL';

  constructor(
    /** How many appends wait. */
    readonly limit: number,
  ) {
    super(
      `${limit} appends wait for the database, and no more may. Nothing was stored: append again later, ` +
        `or raise the option appendQueueLimit of EventSourcingModule if it is a peak.`,
    );
  }
}

/** Some events of an append are stored already, elsewhere or with others: it is neither new nor a repetition. */
export class DuplicateEventError extends EventSourcingError {
  readonly code = 'DUPLICATE_EVENT';

  constructor(readonly eventIds: readonly string[]) {
    super(
      `Events with the ids ${eventIds.join(', ')} are stored already, but not as this append would store them. ` +
        `Nothing was stored: construct new event instances for new facts.`,
    );
  }
}

/** A value cannot be kept as it is in the journal; names event and path. */
export class EventPayloadError extends EventSourcingError {
  readonly code = 'EVENT_PAYLOAD';

  constructor(
    /** The class of the event. */
    readonly event: string,
    /** Where the value stands, such as `lines[2].price`; empty for the payload itself. */
    readonly path: string,
    /** What is wrong with it, such as `is NaN`. */
    readonly problem: string,
    readonly cure: string,
    /** Whether the payload refers back to itself or is nested so deeply that nothing else can be said of it. */
    readonly endless = false,
  ) {
    super(
      `${event}${path && (path.startsWith('[') ? path : `.${path}`)} ${problem}. ${cure} Nothing was stored.`,
    );
  }
}

/** An event was stored as a version of its schema that this deployment cannot read. */
export class UnreadableVersionError extends EventSourcingError {
  readonly code = 'UNREADABLE_VERSION';

  readonly eventType: string;

  readonly eventVersion: number | null;

  /** @param where the event stands. @param problem why it cannot be read. */
  constructor(
    { eventType, eventVersion }: { eventType: string; eventVersion: number | null },
    readonly where: string,
    problem: string,
  ) {
    super(
      `The event ${eventType} (${where}) was stored as version ${eventVersion} of its schema, which cannot be read: ` +
        `${problem}. Deploy with the schema files up to that version.`,
    );
    this.eventType = eventType;
    this.eventVersion = eventVersion;
  }
}

/** A row of the journal cannot be read back. */
export class CorruptEventError extends EventSourcingError {
  readonly code = 'CORRUPT_EVENT';

  constructor(
    readonly eventId: string,
    readonly position: bigint,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(
      `The event ${eventId} at position ${position} cannot be read: ${problem}. ` +
        `What is stored is not what was promised of it; correct it as the database's administrator.`,
      options,
    );
  }
}
