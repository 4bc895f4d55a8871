import { metrics, type BatchObservableCallback, type Observable } from '@opentelemetry/api';
import { INSTRUMENTATION } from '../store/index.js';
import { handlerAttributes } from './handler-attributes.js';
import type { HandlerStatus } from './handler-status.js';

/**
 * Shows to OpenTelemetry how far durable handlers are behind, and what waits for a person.
 *
 * The database is asked when metrics are collected, and only then: an application without metrics pays nothing. Every
 * instance tells of every handler, also of those that nobody works on.
 */
export class HandlerGauges {
  readonly #meter = metrics.getMeter(INSTRUMENTATION);
  readonly #lagEvents = this.#gauge(
    'lag.events',
    '{event}',
    'Events that a durable handler has still to handle.',
  );
  readonly #lagTime = this.#gauge(
    'lag.time',
    's',
    'The age of the oldest event that a durable handler has still to handle.',
  );
  readonly #retrying = this.#gauge(
    'retrying',
    '{aggregate}',
    'Aggregates whose event failed and is tried again.',
  );
  readonly #parked = this.#gauge('parked', '{aggregate}', 'Aggregates whose event is parked.');
  readonly #all: Observable[] = [this.#lagEvents, this.#lagTime, this.#retrying, this.#parked];

  /** @param status asks how the durable handlers are doing. */
  constructor(
    private readonly dataSource: string,
    private readonly status: () => Promise<readonly HandlerStatus[]>,
  ) {}

  /** From now on they are shown. */
  start(): void {
    this.#meter.addBatchObservableCallback(this.#observe, this.#all);
  }

  /** They are not shown any more. */
  stop(): void {
    this.#meter.removeBatchObservableCallback(this.#observe, this.#all);
  }

  readonly #observe: BatchObservableCallback = async (result) => {
    for (const status of await this.status()) {
      const attributes = handlerAttributes(status, this.dataSource);
      result.observe(this.#lagEvents, status.lag.events, attributes);
      result.observe(this.#lagTime, status.lag.seconds, attributes);
      result.observe(this.#retrying, status.retrying, attributes);
      result.observe(this.#parked, status.parked, attributes);
    }
  };

  #gauge(name: string, unit: string, description: string): Observable {
    return this.#meter.createObservableGauge(`nestevents.handler.${name}`, { unit, description });
  }
}
