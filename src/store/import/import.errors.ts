import { EventSourcingError } from '../../domain/index.js';

/** Somebody else runs the same import: it was running already, or it went on where this one had gone quiet. */
export class ConcurrentImportError extends EventSourcingError {
  readonly code = 'CONCURRENT_IMPORT';

  constructor(readonly importName: string) {
    super(
      `The import ${JSON.stringify(importName)} is run by somebody else. Nothing is stored twice: let it finish; or stop ` +
        `it and run this one again, which goes on where it stopped.`,
    );
  }
}

/** Which event of an import cannot be stored. */
export interface ImportedEventFacts {
  readonly importName: string;
  /** Its place among all events of the import, from 1. */
  readonly eventNumber: number;
  /** The stream, as far as one was given: `Todo "todo-1"`. */
  readonly stream: string | undefined;
}

/** An event of an import cannot be stored; `cause` says why. Nothing of its batch is stored, what came before it is. */
export class ImportedEventError extends EventSourcingError {
  readonly code = 'IMPORTED_EVENT';
  readonly importName: string;
  readonly eventNumber: number;
  readonly stream: string | undefined;

  constructor({ importName, eventNumber, stream }: ImportedEventFacts, cause: unknown) {
    const place = stream === undefined ? '' : ` (${stream})`;
    super(
      `Event ${eventNumber}${place} of the import ${JSON.stringify(importName)} cannot be stored: ` +
        `${cause instanceof Error ? cause.message : String(cause)} Correct it and run the import again: it goes on ` +
        `behind what is stored.`,
      { cause },
    );
    this.importName = importName;
    this.eventNumber = eventNumber;
    this.stream = stream;
  }
}

/** An import was stopped because the application shuts down. */
export class ImportInterruptedError extends EventSourcingError {
  readonly code = 'IMPORT_INTERRUPTED';

  constructor(readonly importName: string) {
    super(
      `The import ${JSON.stringify(importName)} was stopped because the application shuts down. ` +
        `Run it again: it goes on behind what is stored.`,
    );
  }
}
