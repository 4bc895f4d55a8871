import { setImmediate as afterThis, setTimeout as sleep } from 'node:timers/promises';

/** The least time between two signals, and between two of many, in milliseconds. */
const INTERVAL = 5;
const LONG_INTERVAL = 20;
/** How long closing waits for the signal that is on its way, in milliseconds. */
const PATIENCE = 500;

/** Sends signals one at a time: all that are asked for while one is on its way become one. */
export class SignalSender {
  #failures = 0;
  /** How often since the last one was sent. */
  #asked = 0;
  #closed = false;
  #sending: Promise<void> | undefined;

  constructor(private readonly send: () => Promise<unknown>) {}

  /** How many could not be sent. */
  get failures(): number {
    return this.#failures;
  }

  /** Sends a signal soon, at once when there was none lately. */
  ask(): void {
    if (this.#closed) return;
    this.#asked += 1;
    this.#sending ??= this.#run();
  }

  /** Sends what was asked for, and no more; a database that does not answer is not waited for long. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.race([this.#sending, sleep(PATIENCE, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    // Handlers of this process, which hear of it at the same time, are to send first.
    await afterThis();
    while (this.#asked > 0) {
      this.#asked = 0;
      try {
        await this.send();
      } catch {
        // The events are stored, and whoever follows them polls as well.
        this.#failures += 1;
      }
      await sleep(INTERVAL);
      // So many of them are to cost little, where a single one is to be soon.
      if (this.#asked > 1) await sleep(LONG_INTERVAL - INTERVAL);
    }
    this.#sending = undefined;
  }
}
