import { AsyncResource } from 'node:async_hooks';

/** How many snapshots are taken at the same time: each needs a connection of the application's pool for a moment. */
const AT_ONCE = 2;
/** How many may wait. One that finds no place is due again at the next save. */
const MAX_WAITING = 10_000;

/** Takes snapshots behind the back of whoever has saved, a few at a time, and each aggregate's once at a time. */
export class BackgroundTakes {
  // What runs here must not see the transaction, request or trace of the save that asked for it.
  readonly #outside = new AsyncResource('nestevents:snapshots');
  /** Those that run, then those that wait, by stream. */
  readonly #works = new Map<string, () => Promise<void>>();
  readonly #running = new Map<string, Promise<void>>();
  #closed = false;

  /** @param work must not reject. */
  add(stream: string, work: () => Promise<void>): void {
    if (this.#closed || this.#works.has(stream) || this.#works.size >= MAX_WAITING) return;
    this.#works.set(stream, work);
    this.#outside.runInAsyncScope(() => this.#next());
  }

  /** Takes on nothing more, and resolves when all that was asked for is done. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  /** Resolves when nothing is asked for. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  #next(): void {
    if (this.#running.size >= AT_ONCE) return;
    for (const [stream, work] of this.#works) {
      if (this.#running.has(stream)) continue;
      const done = work().finally(() => {
        this.#works.delete(stream);
        this.#running.delete(stream);
        this.#next();
      });
      this.#running.set(stream, done);
      return;
    }
  }
}
