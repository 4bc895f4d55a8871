/**
 * The base of every error nestevents throws; `code` is stable and meant for programs, `message` for people.
 *
 * Subclasses take facts in their constructor, keep them as properties, and end their message in what to do.
 */
export abstract class EventSourcingError extends Error {
  /** Names the kind of error; never changes between releases. */
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
