import { EventSourcingError } from '../domain/index.js';

/** The module is wired or configured wrongly; found at start-up. */
export class EventSourcingConfigurationError extends EventSourcingError {
  readonly code = 'CONFIGURATION';

  constructor(problem: string, cure: string) {
    super(`${problem}. ${cure}`);
  }
}
