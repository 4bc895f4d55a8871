/** How often, and how soon, a failed event is tried again before it is parked. */
export interface RetryPolicy {
  /** Tries in all, the first included. @default 8 */
  readonly attempts: number;
  /** Milliseconds before the second try; it doubles from there. @default 100 */
  readonly delay: number;
  /** The longest wait between two tries, in milliseconds. @default 60_000 */
  readonly maxDelay: number;
}

/** What goes for handlers that say nothing else: about 13 seconds in all. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 8, delay: 100, maxDelay: 60_000 };

/**
 * How long to wait after a failed try, in milliseconds: exponential, with up to half of it left to chance, so that what
 * failed together does not come back together.
 *
 * @param attempt the try that failed, from 1.
 */
export function delayAfter(attempt: number, { delay, maxDelay }: RetryPolicy, random = Math.random): number {
  const longest = Math.min(maxDelay, delay * 2 ** (attempt - 1));
  return Math.round(longest * (0.5 + random() / 2));
}
