import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { findEnvelope, type DomainEvent } from '../../domain/index.js';
import { outsideUpdates } from '../../repository/index.js';
import { MessageContext, type StoredEventsPublisher } from '../../store/index.js';
import { CqrsBuses } from './cqrs-buses.js';
import { EventHandlerExplorer } from './event-handler.explorer.js';
import { eventMessage } from './handled-message.js';
import { HandlerQueue } from './handler-queue.js';

/** How long a shutdown waits for handlers that are still running, in milliseconds. */
const SHUTDOWN_PATIENCE = 10_000;

/** Of an event that no handler is there for. */
const NOTHING = Promise.resolve();

/**
 * Gives stored events to the application's handlers, sagas and subscribers, in this process and at most once.
 *
 * Each handler gets its events in order, one at a time; a failing one is logged under its own name and reported to
 * the `UnhandledExceptionBus`, and disturbs neither others nor its own next event.
 */
@Injectable()
export class InProcessPublisher implements StoredEventsPublisher, OnModuleInit, BeforeApplicationShutdown {
  readonly #handled = new WeakMap<DomainEvent, Promise<void>>();
  #queues: HandlerQueue[] | undefined;
  /** Events that sagas and subscribers have not got yet, because the application is still starting. */
  #unannounced: DomainEvent[] | undefined = [];

  constructor(
    private readonly explorer: EventHandlerExplorer,
    private readonly buses: CqrsBuses,
    private readonly context: MessageContext,
  ) {}

  onModuleInit(): void {
    this.buses.connect((event) => this.#handle(event));
  }

  publish(events: readonly DomainEvent[]): Promise<void> | undefined {
    const handled = events.map((event) => this.#handle(event)).filter((each) => each !== NOTHING);
    if (this.#unannounced) this.#unannounced.push(...events);
    else this.#announce(events);
    return handled.length > 0 ? Promise.all(handled).then(() => undefined) : undefined;
  }

  /** To be called when sagas and subscribers are there: they then get what was published before. */
  open(): void {
    const events = this.#unannounced ?? [];
    this.#unannounced = undefined;
    this.#announce(events);
  }

  async beforeApplicationShutdown(): Promise<void> {
    const drained = Promise.all((this.#queues ?? []).map((queue) => queue.drained())).then(() => true);
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), SHUTDOWN_PATIENCE);
    });
    if (!(await Promise.race([drained, tooLate]))) {
      new Logger(InProcessPublisher.name).warn(
        `Event handlers are still running after ${SHUTDOWN_PATIENCE / 1000} s; the shutdown does not wait for them.`,
      );
    }
    clearTimeout(timer);
  }

  /** Queues an event for each of its handlers; the same event again is not handled again. */
  #handle(event: DomainEvent): Promise<void> {
    let handled = this.#handled.get(event);
    if (!handled) {
      const queues = this.#handlerQueues().filter((queue) => queue.handles(event));
      if (queues.length === 0) return NOTHING;
      handled = Promise.all(queues.map((queue) => queue.push(event))).then(() => undefined);
      this.#handled.set(event, handled);
    }
    return handled;
  }

  #handlerQueues(): HandlerQueue[] {
    return (this.#queues ??= this.explorer.explore().map(
      (handler) =>
        new HandlerQueue(
          handler,
          (each, event) => this.#run(event, () => each.handle(event)),
          (each, event, error) => this.#report(each.name, event, error),
        ),
    ));
  }

  #announce(events: readonly DomainEvent[]): void {
    if (!this.buses.isHeard) return;
    for (const event of events) {
      // What a custom publisher or a subscriber throws must not reach the append, which is committed.
      this.#run(event, async () => this.buses.eventBus.publish(event) as unknown).catch((error: unknown) =>
        this.#report(CqrsBuses.name, event, error),
      );
    }
  }

  #run<R>(event: DomainEvent, handle: () => R): R {
    const message = eventMessage(event);
    return outsideUpdates(() => (message ? this.context.run(message, handle) : handle()));
  }

  /** Tells of a failure; must not fail itself, or it would take the handler's next events with it. */
  #report(name: string, event: DomainEvent, error: unknown): void {
    const logger = new Logger(name);
    logger.error(
      `${name} failed on ${describe(event)}: ${error instanceof Error ? error.message : String(error)}`,
      error instanceof Error ? error.stack : undefined,
    );
    try {
      this.buses.report({ cause: event, exception: error });
    } catch (failure) {
      logger.error('The publisher of unhandled exceptions has thrown one itself', failure);
    }
  }
}

function describe(event: DomainEvent): string {
  const envelope = findEnvelope(event);
  if (!envelope) return event.constructor.name;
  const { eventType, aggregateType, aggregateId, aggregateVersion } = envelope;
  return `${eventType} (${aggregateType} ${aggregateId}, version ${aggregateVersion})`;
}
