import type { Safety } from './safeties.js';

/** What a process is to be. */
export interface ProcessPlan {
  readonly role: 'writer' | 'instance';
  /** Its connections are known to the server by it. */
  readonly name: string;
  readonly url: string;
  readonly seed: number;
  /** Into how many partitions the divided projection goes. */
  readonly partitions: number;
  /** The safety that is switched off in it. */
  readonly without?: Safety;
  /** Prints what the library logs. */
  readonly verbose: boolean;
}

/** How durable handlers are steered from outside. */
export type Steering = 'rebuild' | 'pause' | 'resume';

/** What the coordinator tells a process. */
export type Order =
  | { readonly kind: 'begin'; readonly plan: ProcessPlan }
  | { readonly kind: 'steer'; readonly id: number; readonly how: Steering; readonly handler: string }
  /** Writers only: ends when what is under way is done. */
  | { readonly kind: 'finish' };

/** What a process has done since it last said so. */
export interface Tally {
  readonly counts: Readonly<Record<string, number>>;
  /** Ids of events that were committed for certain. */
  readonly committed: readonly string[];
  /** Ids of events that were rolled back for certain. */
  readonly rolledBack: readonly string[];
  /** Errors that no fault explains. */
  readonly unexplained: readonly string[];
}

/** What a process tells the coordinator. */
export type Report =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'started' }
  /** It ends; a fault at that moment is the cause. */
  | { readonly kind: 'failed-to-start'; readonly error: string }
  | { readonly kind: 'steered'; readonly id: number; readonly error?: string }
  | { readonly kind: 'tally'; readonly tally: Tally };
