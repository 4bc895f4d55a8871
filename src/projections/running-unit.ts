import type { UnitState } from './handler-storage.js';
import { LeaseLostError } from './projections.errors.js';
import { delayAfter } from './retry-policy.js';
import type { StepOutcome, UnitWorker } from './unit-worker.js';

/** How soon a hole is looked at again that somebody may yet fill, in milliseconds. */
const HOLE_INTERVAL = 20;
/** How a unit comes back after the database failed it. */
const RECOVERY = { attempts: Infinity, delay: 50, maxDelay: 5_000 };

/** What a running unit tells of itself. */
export interface UnitObserver {
  /** A step did something. */
  progressed(unit: RunningUnit): void;
  /** Somebody else has the unit now, or it is done with. */
  lost(unit: RunningUnit): void;
  /** The database failed; it is tried again. */
  troubled(unit: RunningUnit, error: unknown): void;
}

/** A unit that this instance works on: step after step, and asleep in between. */
export class RunningUnit {
  readonly #cut = new AbortController();
  readonly #ending = new AbortController();
  readonly #done: Promise<void>;
  #stopping = false;
  #awake = false;
  #wakeUp: (() => void) | undefined;
  #blockedBy: StepOutcome['blockedBy'];
  #trouble: unknown;

  constructor(
    readonly state: UnitState,
    readonly worker: UnitWorker,
    private readonly observer: UnitObserver,
    private readonly pollInterval: number,
  ) {
    this.#done = this.#run();
  }

  /** What keeps it from going on: a hole in the journal that somebody may yet fill. */
  get blockedBy(): StepOutcome['blockedBy'] {
    return this.#blockedBy;
  }

  /** What the database said last, while it fails. */
  get trouble(): unknown {
    return this.#trouble;
  }

  /** There may be something to do. */
  wake(): void {
    this.#awake = true;
    this.#wakeUp?.();
  }

  /**
   * Ends after the step that is under way.
   *
   * @param patience after how many milliseconds that step is cut off.
   */
  async stop(patience: number): Promise<void> {
    this.#stopping = true;
    this.#ending.abort();
    this.wake();
    const timer = setTimeout(() => this.#cut.abort(new Error('the instance shuts down')), patience);
    await this.#done;
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    let failures = 0;
    // Not in the turn in which it is made: whoever makes it has to know of it first.
    await Promise.resolve();
    while (!this.#stopping) {
      this.#awake = false;
      try {
        const before = this.worker.position;
        const { more, wait, blockedBy, finished } = await this.worker.step({
          stop: this.#cut.signal,
          ending: this.#ending.signal,
        });
        failures = 0;
        this.#trouble = undefined;
        this.#blockedBy = blockedBy;
        if (more || this.worker.position !== before) this.observer.progressed(this);
        if (finished) {
          this.#stopping = true;
          this.observer.lost(this);
          return;
        }
        if (!more) await this.#sleep(Math.min(wait, blockedBy ? HOLE_INTERVAL : this.pollInterval));
      } catch (error) {
        if (this.#cut.signal.aborted) return;
        if (error instanceof LeaseLostError) {
          this.#stopping = true;
          this.observer.lost(this);
          return;
        }
        failures += 1;
        this.#trouble = error;
        this.observer.troubled(this, error);
        await this.#sleep(delayAfter(failures, RECOVERY), true);
      }
    }
  }

  async #sleep(milliseconds: number, deep = false): Promise<void> {
    if (this.#stopping || (this.#awake && !deep)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wakeUp = () => {
        if (deep && !this.#stopping) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wakeUp = undefined;
  }
}
