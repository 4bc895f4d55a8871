import type { DomainEvent } from '../domain/index.js';
import type { HandlerDefinition } from './handler-definition.js';
import { HandlerTimeoutError } from './projections.errors.js';

/** An event to be given to a handler. */
export interface Deliverable {
  readonly eventId: string;
  /** @throws what makes it unreadable */
  read(): Promise<DomainEvent>;
}

/** A handler failed on its own account, not for want of a database or a lease. */
export class HandlerFailure extends Error {
  constructor(override readonly cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

/** Calls a handler within its time; whatever it throws becomes a {@link HandlerFailure}. */
export class HandlerCall {
  constructor(private readonly definition: HandlerDefinition) {}

  /** Handles one event. @param attempt from 1. @param stop aborted when the instance shuts down for good. */
  async one(event: Deliverable, attempt: number, stop: AbortSignal): Promise<void> {
    await this.#within(stop, async (cut) => {
      const { name, handler } = this.definition;
      const instance = await event.read();
      const idempotencyKey = `${name}:${event.eventId}`;
      if (!handler.handle) {
        await handler.handleBatch?.([instance], { handler: name, signal: cut.signal });
        return;
      }
      await handler.handle(instance, {
        handler: name,
        idempotencyKey,
        attempt,
        // Made when somebody asks for it: it costs more than the rest of the call.
        get signal() {
          return cut.signal;
        },
      });
    });
  }

  /** Handles many events in order. */
  async many(events: readonly Deliverable[], stop: AbortSignal): Promise<void> {
    const { name, handler } = this.definition;
    if (!handler.handleBatch) {
      for (const event of events) await this.one(event, 1, stop);
      return;
    }
    await this.#within(stop, async (cut) => {
      const instances: DomainEvent[] = [];
      for (const event of events) instances.push(await event.read());
      await handler.handleBatch?.(instances, { handler: name, signal: cut.signal });
    });
  }

  async #within(stop: AbortSignal, work: (cut: AbortController) => Promise<void>): Promise<void> {
    const { name, timeout } = this.definition;
    // Not AbortSignal.any(), which would leave something behind on `stop` for each event.
    const cut = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    let stopped: (() => void) | undefined;
    const cutOff = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new HandlerTimeoutError(name, timeout));
        cut.abort();
      }, timeout);
      stopped = () => {
        reject(stop.reason as Error);
        cut.abort(stop.reason);
      };
      stop.addEventListener('abort', stopped);
    });
    try {
      stop.throwIfAborted();
      await Promise.race([work(cut), cutOff]);
    } catch (error) {
      if (stop.aborted) throw error;
      throw new HandlerFailure(error);
    } finally {
      clearTimeout(timer);
      if (stopped) stop.removeEventListener('abort', stopped);
    }
  }
}
