import { EventSourcingError, type EventEnvelope, type UpcastStep } from '../../domain/index.js';
import type { EventSchema } from '../event-schema.js';
import { isPlainObject } from '../plain-object.js';
import type { SchemaProblem } from '../schema-problem.js';

/** A hand-written step failed, or did not answer what the next version's schema asks for. */
export class UpcastFailedError extends EventSourcingError {
  readonly code = 'UPCAST_FAILED';

  /** @param place class and method of the step. */
  constructor(
    readonly place: string,
    readonly eventId: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(
      `${place} could not upcast the event ${eventId}: ${problem}. ` +
        'Correct the method; the stored event is unchanged.',
      options,
    );
  }
}

/**
 * Runs a hand-written step on a payload, and checks what comes out.
 *
 * @param next the schema of the version that the step leads to.
 * @throws UpcastFailedError
 */
export function runUpcast(
  step: UpcastStep,
  next: EventSchema,
  payload: Record<string, unknown>,
  envelope: EventEnvelope,
): Record<string, unknown> {
  const fail = (problem: string, options?: ErrorOptions): never => {
    throw new UpcastFailedError(step.place, envelope.eventId, problem, options);
  };
  let result: unknown;
  try {
    result = step.run(payload, envelope);
  } catch (error) {
    return fail(`it threw ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  if (result instanceof Promise) {
    void result.catch(() => undefined);
    return fail('it answered a promise, but events are read without waiting');
  }
  if (!isPlainObject(result)) return fail('it answered no object');
  // Stored payloads may hold more than their schema says, such as schema_version, and so may what is made of them.
  const problems = next.check(result, envelope, { noUndeclaredFields: false });
  if (problems.length > 0)
    return fail(`it answered what ${next.file} refuses: ${problems.map(mismatch).join('; ')}`);
  return result as Record<string, unknown>;
}

function mismatch({ path, expected, got }: SchemaProblem): string {
  return `${path === '' || path === undefined ? 'the payload' : path}: expected ${expected}, got ${got}`;
}
