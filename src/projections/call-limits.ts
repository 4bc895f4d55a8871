import type { HandlerDefinition } from './handler-definition.js';
import { HandlerTimeoutError } from './projections.errors.js';

/** The signal of one call, made when somebody asks for it: it costs more than the rest of the call. */
export class CallSignal {
  #controller: AbortController | undefined;
  #ended: { readonly reason: unknown } | undefined;

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#ended) this.#controller.abort(this.#ended.reason);
    }
    return this.#controller.signal;
  }

  abort(reason?: unknown): void {
    this.#ended = { reason };
    this.#controller?.abort(reason);
  }
}

/** Bounds calls of a handler that follow each other: each by its time, all by the end of the instance. */
export class CallLimits {
  #timer: NodeJS.Timeout | undefined;
  #isHeard = false;
  /** Gives up the call that is running. */
  #giveUp: ((error: unknown, reason?: unknown) => void) | undefined;

  constructor(
    private readonly definition: HandlerDefinition,
    private readonly stop: AbortSignal,
  ) {}

  /** Waits for what a call came to. @throws what it throws; HandlerTimeoutError; the reason of the end */
  async wait(outcome: PromiseLike<unknown>, call: CallSignal): Promise<void> {
    this.#begin();
    try {
      await new Promise<unknown>((resolve, reject) => {
        this.#giveUp = (error, reason) => {
          reject(error);
          call.abort(reason);
        };
        outcome.then(resolve, reject);
      });
    } finally {
      this.#giveUp = undefined;
    }
  }

  /** To be called when there are no more calls. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#isHeard) this.stop.removeEventListener('abort', this.#onStop);
  }

  #begin(): void {
    // One for all calls, because making them costs more than most calls.
    if (this.#timer) this.#timer.refresh();
    else this.#timer = setTimeout(this.#onTimeout, this.definition.timeout);
    if (!this.#isHeard) this.stop.addEventListener('abort', this.#onStop);
    this.#isHeard = true;
  }

  readonly #onTimeout = (): void => {
    const { name, timeout } = this.definition;
    this.#giveUp?.(new HandlerTimeoutError(name, timeout));
  };

  readonly #onStop = (): void => {
    const reason: unknown = this.stop.reason;
    this.#giveUp?.(reason, reason);
  };
}
