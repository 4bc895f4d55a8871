import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { inspect } from 'node:util';
import type { DomainModel } from '../../domain/index.js';
import {
  HandlerEngine,
  HandlerGauges,
  HandlerTelemetry,
  InlineProjections,
  ProjectionManager,
  type HandlerDefinition,
  type HandlerStorage,
  type WakeUpCalls,
} from '../../projections/index.js';
import type { EventStore, FeedEvent, MessageContext } from '../../store/index.js';
import { v7 as uuidv7 } from 'uuid';
import type { ProjectionsOptions } from '../event-sourcing-options.js';
import { recordMessage } from '../handlers/handled-message.js';
import { DEFAULT_DATA_SOURCE } from '../tokens.js';
import type { DurableHandlerExplorer } from './durable-handler.explorer.js';

/** What the durable handlers of one store need. */
export interface DurableHandlersParts {
  readonly dataSource: string;
  readonly options: ProjectionsOptions;
  readonly model: DomainModel;
  readonly store: EventStore;
  readonly storage: HandlerStorage;
  readonly calls: WakeUpCalls;
  readonly context: MessageContext;
  readonly explorer: DurableHandlerExplorer;
}

/** The projections and subscriptions that follow one store: found and begun at bootstrap, handed over at shutdown. */
export class DurableHandlers implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly manager: ProjectionManager;
  readonly #parts: DurableHandlersParts;
  readonly #definitions: HandlerDefinition[] = [];
  readonly #engine: HandlerEngine;
  readonly #telemetry: HandlerTelemetry;
  readonly #gauges: HandlerGauges;
  readonly #logger = new Logger('Projections');

  constructor(parts: DurableHandlersParts) {
    this.#parts = parts;
    this.#telemetry = new HandlerTelemetry(parts.dataSource);
    this.#gauges = new HandlerGauges(parts.dataSource, () => this.manager.status());
    const { storage, calls, options } = parts;
    const feed = parts.store.feed();
    const { leaseFor = 4_000, pollInterval = 1_000, drainTimeout = 10_000 } = options;
    this.#engine = new HandlerEngine({
      instance: uuidv7(),
      definitions: this.#definitions,
      storage,
      feed,
      calls,
      options: { leaseFor, pollInterval, drainTimeout },
      around: (definition, events, work, turn) =>
        this.#telemetry.around(definition, events, () => this.#around(events, work), turn),
      report: (message, error) => this.#report(message, error),
    });
    this.manager = new ProjectionManager({
      definitions: this.#definitions,
      storage,
      feed,
      engine: this.#engine,
    });
  }

  /** There are new events: for handlers here at once, for those of other programs soon. */
  stored(): void {
    this.#engine.wake();
    this.#parts.calls.notify();
  }

  /** Inline projections take part from now on; the aggregates are all known. */
  onModuleInit(): void {
    const { explorer, dataSource, model, store, storage } = this.#parts;
    this.#definitions.push(...explorer.explore(dataSource, DEFAULT_DATA_SOURCE, model));
    if (this.#definitions.every(({ mode }) => mode === 'async')) return;
    store.handleInline(new InlineProjections(this.#definitions, storage, this.#telemetry));
  }

  async onApplicationBootstrap(): Promise<void> {
    const { options } = this.#parts;
    if (options.enabled ?? true) await this.#engine.start();
    if (this.#definitions.length > 0) this.#gauges.start();
  }

  /** The data source is closed next. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#gauges.stop();
    await this.#engine.stop();
    // What is stored meanwhile is to be heard of as well.
    await this.#parts.store.settled();
    await this.#parts.calls.close();
    await this.#parts.storage.close();
  }

  async #around<T>(events: readonly FeedEvent[], work: () => Promise<T>): Promise<T> {
    const [event] = events;
    // A unit runs on in whatever it was begun in, such as the request that has resumed it.
    if (!event || events.length > 1) return this.#parts.context.runOutside(work);
    return this.#parts.context.run(recordMessage(event.record), work);
  }

  #report(message: string, error: unknown): void {
    if (error === undefined) this.#logger.warn(message);
    else this.#logger.error(message, error instanceof Error ? error.stack : inspect(error));
  }
}
