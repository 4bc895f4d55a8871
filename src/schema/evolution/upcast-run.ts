import { EventSourcingError, type EventEnvelope, type UpcastStep } from '../../domain/index.js';
import { ENVELOPE_FIELDS } from '../envelope-fields.js';
import type { EventSchema } from '../event-schema.js';
import { isPlainObject } from '../plain-object.js';
import { setOwn } from '../own-property.js';
import { SchemaResolution } from '../resolution/schema-resolution.js';
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

/** Runs one hand-written step on payloads, and sees to it that what comes out is a payload of the next version. */
export class UpcastRun {
  readonly #step: UpcastStep;
  readonly #next: EventSchema;
  readonly #before: ReadonlySet<string>;
  readonly #after: ReadonlySet<string>;
  /** Reads the next version as itself, which fills in its defaults. */
  readonly #defaults: SchemaResolution;

  /** @param previous the schema of the version that the step takes. @param next the one that it leads to. */
  constructor(step: UpcastStep, previous: EventSchema, next: EventSchema) {
    this.#step = step;
    this.#next = next;
    this.#before = fieldsOf(previous);
    this.#after = fieldsOf(next);
    this.#defaults = SchemaResolution.between(next.tree, next.tree, { provided: ENVELOPE_FIELDS });
  }

  /** @throws UpcastFailedError */
  run(payload: Record<string, unknown>, envelope: EventEnvelope): Record<string, unknown> {
    const fail = (problem: string, options?: ErrorOptions): never => {
      throw new UpcastFailedError(this.#step.place, envelope.eventId, problem, options);
    };
    // Stored payloads may hold more than their schema says, such as schema_version. Asked before the step changes it.
    const extras = new Set(Object.keys(payload).filter((key) => !this.#before.has(key)));
    let result: unknown;
    try {
      result = this.#step.run(payload, envelope);
      if (isPlainObject(result)) result = this.#without(result, extras);
    } catch (error) {
      return fail(`it threw ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    if (result instanceof Promise) {
      void result.catch(() => undefined);
      return fail('it answered a promise, but events are read without waiting');
    }
    if (!isPlainObject(result)) return fail('it answered no object');
    const problems = this.#next.check(result, envelope, { noUndeclaredFields: false });
    if (problems.length > 0)
      return fail(`it answered what ${this.#next.file} refuses: ${problems.map(mismatch).join('; ')}`);
    return this.#defaults.convert(result);
  }

  /** A copy without what the next version does not declare, such as fields of the previous one; but with the extras. */
  #without(result: Readonly<Record<string, unknown>>, extras: ReadonlySet<string>): Record<string, unknown> {
    const kept: Record<string, unknown> = {};
    for (const key of Object.keys(result)) {
      if (this.#after.has(key) || extras.has(key)) setOwn(kept, key, result[key]);
    }
    return kept;
  }
}

function fieldsOf({ tree }: EventSchema): ReadonlySet<string> {
  return new Set(tree.fields.map(({ name }) => name));
}

function mismatch({ path, expected, got }: SchemaProblem): string {
  return `${path === '' || path === undefined ? 'the payload' : path}: expected ${expected}, got ${got}`;
}
