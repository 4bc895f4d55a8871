import { UpdateQueueFullError } from './repository.errors.js';

/** How many updates of one aggregate may wait for the one that runs. */
const MAX_WAITING = 1_000;

/** Lets the updates of each aggregate run one after the other, in the order they came; a failure ends only itself. */
export class UpdateQueue {
  /** Those that wait, by id; an id that is not there is free. */
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(private readonly aggregateType: string) {}

  /** @throws UpdateQueueFullError, and whatever the work throws */
  async run<T>(id: string, work: () => Promise<T>): Promise<T> {
    await this.#enter(id);
    try {
      return await work();
    } finally {
      this.#leave(id);
    }
  }

  async #enter(id: string): Promise<void> {
    const waiting = this.#waiting.get(id);
    if (!waiting) {
      this.#waiting.set(id, []);
      return;
    }
    if (waiting.length >= MAX_WAITING) {
      throw new UpdateQueueFullError(this.aggregateType, id, waiting.length);
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  #leave(id: string): void {
    const next = this.#waiting.get(id)!.shift();
    if (next) next();
    else this.#waiting.delete(id);
  }
}
