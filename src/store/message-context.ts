import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventMetadata } from '../domain/index.js';

/** The command or event that is being handled right now. */
export interface HandledMessage {
  readonly kind: 'command' | 'event';
  /** The command's or the event's id. */
  readonly id: string;
  /** What began the chain this message belongs to. */
  readonly correlationId: string;
}

/** Knows which message the running code handles, across `await`s; one for each application. */
export class MessageContext {
  readonly #current = new AsyncLocalStorage<HandledMessage | undefined>();

  get current(): HandledMessage | undefined {
    return this.#current.getStore();
  }

  /** Runs a function, and all it starts, as the handling of a message. */
  run<R>(message: HandledMessage, handle: () => R): R {
    return this.#current.run(message, handle);
  }

  /** Runs a function as the handling of no message, whatever the caller handles. */
  runOutside<R>(work: () => R): R {
    return this.#current.run(undefined, work);
  }

  /**
   * Adds `correlationId` and `causationId` to metadata where they are missing and a message is being handled.
   *
   * The cause is the handled message, or the command that the metadata itself names in `commandId`.
   */
  complete(metadata: EventMetadata): EventMetadata {
    const message = this.current;
    if (!message) return metadata;
    const named = message.kind === 'command' ? metadata['commandId'] : undefined;
    const cause = typeof named === 'string' ? named : message.id;
    return {
      ...metadata,
      correlationId:
        metadata['correlationId'] ?? (message.correlationId === message.id ? cause : message.correlationId),
      causationId: metadata['causationId'] ?? cause,
    };
  }
}
