import type { DomainEvent } from '../../domain/index.js';
import type { DiscoveredHandler } from './discovered-handler.js';

/** Gives a handler its events one after the other, in the order they come. */
export class HandlerQueue {
  #last: Promise<void> = Promise.resolve();

  /**
   * @param run calls the handler, in whatever context it needs.
   * @param report is told of each event whose handling failed; the next one is handled all the same.
   */
  constructor(
    private readonly handler: DiscoveredHandler,
    private readonly run: (handler: DiscoveredHandler, event: DomainEvent) => Promise<unknown>,
    private readonly report: (handler: DiscoveredHandler, event: DomainEvent, error: unknown) => void,
  ) {}

  handles(event: DomainEvent): boolean {
    return this.handler.events.some((eventClass) => event instanceof eventClass);
  }

  /** Resolves when the handler has finished with the event; never rejects. */
  push(event: DomainEvent): Promise<void> {
    this.#last = this.#last.then(() => this.#handle(event));
    return this.#last;
  }

  /** Resolves when all that was pushed so far is done. */
  drained(): Promise<void> {
    return this.#last;
  }

  async #handle(event: DomainEvent): Promise<void> {
    try {
      await this.run(this.handler, event);
    } catch (error) {
      this.report(this.handler, event, error);
    }
  }
}
