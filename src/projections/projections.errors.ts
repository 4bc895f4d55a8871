import { EventSourcingError } from '../domain/index.js';

/** Somebody else has taken over a unit of a durable handler, or it was sent back; the transaction must be rolled back. */
export class LeaseLostError extends EventSourcingError {
  readonly code = 'LEASE_LOST';

  constructor(
    readonly handler: string,
    readonly partition: number,
  ) {
    super(
      `This instance no longer works on ${handler} (partition ${partition}); ` +
        'what it was doing is rolled back, and whoever has taken over does it.',
    );
  }
}

/** A durable handler did not finish in its time. */
export class HandlerTimeoutError extends EventSourcingError {
  readonly code = 'HANDLER_TIMEOUT';

  constructor(
    readonly handler: string,
    /** In milliseconds. */
    readonly timeout: number,
  ) {
    super(
      `${handler} was not done with an event after ${timeout} ms and was cut off. ` +
        'Let it end when its signal is aborted, or give it more time: { timeout: … }.',
    );
  }
}

/** A projection did not reach a position in time. */
export class ProjectionTimeoutError extends EventSourcingError {
  readonly code = 'PROJECTION_TIMEOUT';

  constructor(
    readonly projection: string,
    readonly position: bigint,
    /** Where it is; `undefined` while nobody has begun. */
    readonly reached: bigint | undefined,
    /** In milliseconds. */
    readonly timeout: number,
  ) {
    super(
      `${projection} has not reached position ${position} within ${timeout} ms; it is at ${reached ?? 'no position yet'}. ` +
        'Wait longer, or see its status for what keeps it.',
    );
  }
}

/** There is no durable handler of a name. */
export class UnknownHandlerError extends EventSourcingError {
  readonly code = 'UNKNOWN_HANDLER';

  constructor(
    readonly handler: string,
    known: readonly string[],
  ) {
    super(`There is no projection or subscription "${handler}". Known are: ${known.join(', ') || 'none'}.`);
  }
}

/** A durable handler is not written as it has to be; found at start-up. */
export class HandlerDefinitionError extends EventSourcingError {
  readonly code = 'HANDLER_DEFINITION';

  constructor(
    readonly handlerClass: string,
    problem: string,
    cure: string,
  ) {
    super(`${handlerClass} ${problem}. ${cure}`);
  }
}

/** An append was refused because an inline projection has a higher version in the database than in this instance. */
export class SupersededProjectionError extends EventSourcingError {
  readonly code = 'SUPERSEDED_PROJECTION';

  constructor(
    readonly projection: string,
    /** The version of this instance. */
    readonly version: number,
    /** The version in the database. */
    readonly newer: number,
  ) {
    super(
      `The inline projection ${projection} has version ${version} in this instance, but ${newer} in the database, and ` +
        'would miss what is appended here. Nothing was stored; replace this instance by the newer deployment.',
    );
  }
}
