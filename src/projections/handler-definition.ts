import type { DomainEvent } from '../domain/index.js';
import type { RetryPolicy } from './retry-policy.js';

/** What a durable handler is told about the delivery of an event, beside the event. */
export interface Delivery {
  /** The name of the projection or subscription. */
  readonly handler: string;
  /**
   * The same at every delivery of this event to this handler, and different for any other: for systems that drop what
   * they have seen.
   */
  readonly idempotencyKey: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Aborted when the handler has run out of time, or the application shuts down. */
  readonly signal: AbortSignal;
}

/** The handling side of a durable handler, as its class has it. */
export interface DurableEventHandler<E extends DomainEvent = DomainEvent> {
  /** Handles one event. Whatever it throws is retried; see the guarantees of `@Projection` and `@Subscription`. */
  handle?(event: E, delivery: Delivery): unknown;
  /** Handles many at once, in order, where that is faster; then `handle` is not called. */
  handleBatch?(events: readonly E[], delivery: Pick<Delivery, 'handler' | 'signal'>): unknown;
  /** Empties the read model for a rebuild, in the transaction that goes back to the first event. */
  reset?(): unknown;
}

/** A durable handler as the engine runs it: its decorators and options, checked, and its instance. */
export interface HandlerDefinition {
  readonly name: string;
  readonly kind: 'projection' | 'subscription';
  /** The version of the read model; a higher one than is kept rebuilds it. */
  readonly version: number;
  /** How many parts go in parallel, each with the aggregates that fall to it. */
  readonly partitions: number;
  /** `inline` runs in the transaction of the append itself. */
  readonly mode: 'async' | 'inline';
  /** Where it begins when it is new. */
  readonly startFrom: 'beginning' | 'now';
  /** The stored types of its events, aliases included. */
  readonly types: readonly string[];
  /** The most events in one transaction. */
  readonly batchSize: number;
  /** How long one call of the handler may take, in milliseconds. */
  readonly timeout: number;
  readonly retry: RetryPolicy;
  /** How many aggregates a subscription handles at once; projections share one transaction and so have 1. */
  readonly concurrency: number;
  /** The entities of the read model that a rebuild fills side by side; one without any is rebuilt in place. */
  readonly tables: readonly unknown[];
  readonly handler: DurableEventHandler;
}
