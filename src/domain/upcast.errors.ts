import { EventSourcingError } from './event-sourcing-error.js';

/** An `@Upcast` is not written as it has to be; found at start-up. */
export class UpcastDefinitionError extends EventSourcingError {
  readonly code = 'UPCAST_DEFINITION';

  /** @param place class and method. */
  constructor(
    readonly place: string,
    problem: string,
    cure: string,
  ) {
    super(`${place} ${problem}. ${cure}`);
  }
}
