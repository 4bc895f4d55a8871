import type { AggregateClass } from '../domain/index.js';
import type { RetryPolicy } from './retry-policy.js';

/** Options of every durable handler. */
export interface DurableHandlerOptions {
  /** The name of the data source whose store it follows. @default 'default' */
  dataSource?: string;
  /** Only events of these aggregates, where its events belong to several. @default all */
  aggregates?: readonly AggregateClass[];
  /**
   * How many parts go in parallel, in one instance or in several; the events of one aggregate stay in order. It may be
   * changed later.
   *
   * @default 1
   */
  partitions?: number;
  /** The most events read, and for a projection handled in one transaction, at a time. @default 200 */
  batchSize?: number;
  /** How long one call may take, in milliseconds; then it is cut off and counts as failed. @default 30_000 */
  timeout?: number;
  /** How a failed event is tried again. @default 8 tries within about 13 seconds */
  retry?: Partial<RetryPolicy>;
}

/** Options of `@Projection`. */
export interface ProjectionOptions extends DurableHandlerOptions {
  /** Raise it when the read model has to be built anew; that happens at the next start. @default 1 */
  version?: number;
  /**
   * `'inline'` runs in the transaction of the append itself: who reads after a save sees its effect, and a failure fails
   * the save.
   *
   * @default 'async'
   */
  mode?: 'async' | 'inline';
  /**
   * The entities of the read model. A rebuild then fills tables beside theirs, while the old rows are served, and swaps
   * the contents at its end. Without it a rebuild calls `reset()`.
   *
   * @default []
   */
  tables?: readonly unknown[];
}

/** Options of `@Subscription`. */
export interface SubscriptionOptions extends DurableHandlerOptions {
  /** Where a new subscription begins: behind the newest event, or with the first one. @default 'now' */
  from?: 'now' | 'beginning';
  /** How many aggregates are handled at once; the events of each stay in order. @default 1 */
  concurrency?: number;
}

/** What the decorator of a durable handler wrote down. */
export type HandlerMetadata =
  | { readonly kind: 'projection'; readonly name: string; readonly options: ProjectionOptions }
  | { readonly kind: 'subscription'; readonly name: string; readonly options: SubscriptionOptions };
