import { DomainEvent } from '../domain/index.js';
import { CallLimits, CallSignal } from './call-limits.js';
import type { HandlerDefinition } from './handler-definition.js';

/** An event to be given to a handler. */
export interface Deliverable {
  readonly eventId: string;
  /** @throws what makes it unreadable */
  read(): DomainEvent | Promise<DomainEvent>;
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
    await this.#each([event], attempt, stop);
  }

  /** Handles many events in order. */
  async many(events: readonly Deliverable[], stop: AbortSignal): Promise<void> {
    const { handler } = this.definition;
    if (!handler.handleBatch) return this.#each(events, 1, stop);
    await this.#within(stop, async (limits) => {
      const call = new CallSignal();
      await limits.wait(this.#batch(events, call), call);
    });
  }

  /** Waits for a call only where it is not over when it returns, as most are. */
  async #each(events: readonly Deliverable[], attempt: number, stop: AbortSignal): Promise<void> {
    await this.#within(stop, async (limits) => {
      for (const event of events) {
        stop.throwIfAborted();
        const call = new CallSignal();
        const instance = event.read();
        const outcome =
          instance instanceof DomainEvent
            ? this.#handle(instance, event.eventId, attempt, call)
            : instance.then((read) => this.#handle(read, event.eventId, attempt, call));
        if (isPending(outcome)) await limits.wait(outcome, call);
      }
    });
  }

  #handle(event: DomainEvent, eventId: string, attempt: number, call: CallSignal): unknown {
    const { name, handler } = this.definition;
    if (!handler.handle) return this.#batchOf([event], call);
    return handler.handle(event, {
      handler: name,
      idempotencyKey: `${name}:${eventId}`,
      attempt,
      get signal() {
        return call.signal;
      },
    });
  }

  async #batch(events: readonly Deliverable[], call: CallSignal): Promise<void> {
    const instances: DomainEvent[] = [];
    for (const event of events) instances.push(await event.read());
    await this.#batchOf(instances, call);
  }

  #batchOf(events: readonly DomainEvent[], call: CallSignal): unknown {
    const { name, handler } = this.definition;
    return handler.handleBatch?.(events, {
      handler: name,
      get signal() {
        return call.signal;
      },
    });
  }

  async #within(stop: AbortSignal, work: (limits: CallLimits) => Promise<void>): Promise<void> {
    const limits = new CallLimits(this.definition, stop);
    try {
      stop.throwIfAborted();
      await work(limits);
    } catch (error) {
      if (stop.aborted) throw error;
      throw new HandlerFailure(error);
    } finally {
      limits.end();
    }
  }
}

function isPending(outcome: unknown): outcome is PromiseLike<unknown> {
  return typeof (outcome as PromiseLike<unknown> | undefined)?.then === 'function';
}
