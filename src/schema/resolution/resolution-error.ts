import { EventSourcingError } from '../../domain/index.js';

/** Thrown where a stored payload cannot be read as the newest version, since it is not as its schema says. */
export class ResolutionError extends EventSourcingError {
  override readonly code = 'EVENT_RESOLUTION';

  /**
   * @param path where in the stored payload, e.g. `'lines[2].text'`; `''` for all of it
   * @param problem what is wrong, without a full stop
   * @param cure what to do, a clause
   */
  constructor(
    readonly path: string,
    problem: string,
    cure: string,
    options?: ErrorOptions,
  ) {
    const place = path === '' ? 'the payload' : path;
    super(`A stored event cannot be read as its newest version: ${place}: ${problem}; ${cure}.`, options);
  }
}
