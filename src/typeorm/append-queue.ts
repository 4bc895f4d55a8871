import { AsyncLocalStorage } from 'node:async_hooks';
import { AppendQueueFullError, type AppendResult, type StreamAppend } from '../store/index.js';
import type { JournalAppender } from './journal-appender.js';
import { PipeliningTrials, type Pipelining } from './pipelining-trials.js';
import type { RecentAppends } from './recent-appends.js';
import { SharedAppend } from './shared-append.js';
import { WaitingAppend } from './waiting-append.js';

/** How many statements may be on their way, as long as they are answered soon. */
const MAX_TRIPS = 2;
/** After this many milliseconds a statement that is not answered does not keep others from being sent any more. */
const PATIENCE = 50;

/** A statement on its way. */
interface Trip {
  readonly since: number;
}

/**
 * Lets appends that come while statements are on their way share the next one. When there are none, an append is sent at
 * once.
 *
 * Appends to one stream are sent one after the other, in the order they came. A statement that is held up, such as by
 * a transaction that has appended to the same stream and has not ended, holds up that stream only.
 */
export class AppendQueue {
  /** Those behind the first one of each stream; a stream that is not there is free. */
  readonly #lines = new Map<string, WaitingAppend[]>();
  /** Those that are first in all of their streams and have not been sent. */
  readonly #ready: WaitingAppend[] = [];
  readonly #shared: SharedAppend;
  /** What is shared runs in the context of none of its callers: in no trace, and in no transaction kept there. */
  readonly #outside = AsyncLocalStorage.snapshot();
  #unanswered = 0;
  /** The statements that keep others from being sent, the oldest first. */
  readonly #trips = new Set<Trip>();
  #departing = false;
  #watching: NodeJS.Timeout | undefined;

  /**
   * @param recent is told of what is stored.
   * @param limit how many appends may be unanswered.
   * @param pipelining says how shared statements are sent.
   */
  constructor(
    appender: JournalAppender,
    recent: RecentAppends,
    private readonly limit: number,
    private readonly pipelining: Pipelining = new PipeliningTrials(MAX_TRIPS),
  ) {
    this.#shared = new SharedAppend(appender, recent, (waiting) => this.#leave(waiting));
  }

  /**
   * Appends to all streams, or to none.
   *
   * @throws AppendQueueFullError, and what {@link JournalAppender.append} throws
   */
  append(appends: readonly StreamAppend[]): Promise<AppendResult> {
    if (this.#unanswered >= this.limit) return Promise.reject(new AppendQueueFullError(this.limit));
    return new Promise((resolve, reject) => this.#enter(new WaitingAppend(appends, resolve, reject)));
  }

  #enter(waiting: WaitingAppend): void {
    this.#unanswered += 1;
    for (const key of waiting.keys) {
      const line = this.#lines.get(key);
      if (line) {
        line.push(waiting);
        waiting.behind += 1;
      } else this.#lines.set(key, []);
    }
    if (waiting.behind === 0) this.#ready.push(waiting);
    this.#depart();
  }

  /** An append has its answer: those behind it have their turn. */
  #leave({ keys }: WaitingAppend): void {
    this.#unanswered -= 1;
    for (const key of keys) {
      const next = this.#lines.get(key)!.shift();
      if (!next) this.#lines.delete(key);
      else if ((next.behind -= 1) === 0) this.#ready.push(next);
    }
    this.#depart();
  }

  /** Sends what is ready, once all callers whose turn it is have said what they append. */
  #depart(): void {
    if (this.#departing || this.#ready.length === 0) return;
    if (this.#trips.size >= MAX_TRIPS) return this.#watch();
    this.#departing = true;
    process.nextTick(() => {
      this.#departing = false;
      while (this.#ready.length > 0 && this.#trips.size < MAX_TRIPS) {
        // Divided, so that one statement is prepared here while the database works on another.
        const share = Math.ceil(this.#ready.length / (MAX_TRIPS - this.#trips.size));
        const batch = WaitingAppend.takeFrom(this.#ready, share);
        const trip = { since: performance.now() };
        this.#trips.add(trip);
        this.#outside(() => void this.#send(batch, trip));
      }
    });
  }

  async #send(batch: readonly WaitingAppend[], trip: Trip): Promise<void> {
    await this.#shared.send(batch, this.pipelining.isOn, () => {
      if (batch.length > 1) this.pipelining.answered(batch.length, trip.since, performance.now());
      if (this.#trips.delete(trip)) this.#depart();
    });
  }

  /** Sends what waits for statements that are not answered in time: only while there is something, as timers cost. */
  #watch(): void {
    if (this.#watching) return;
    const [oldest] = this.#trips;
    const late = oldest!.since + PATIENCE - performance.now();
    this.#watching = setTimeout(() => {
      this.#watching = undefined;
      const begun = performance.now() - PATIENCE;
      for (const trip of this.#trips) if (trip.since <= begun) this.#trips.delete(trip);
      this.#depart();
    }, late).unref();
  }
}
