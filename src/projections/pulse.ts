/** Does one thing again and again, and at once for whoever asks for it; never twice at the same time. */
export class Pulse {
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOn = false;

  /** @param work must not reject. */
  constructor(private readonly work: () => Promise<void>) {}

  /** Whether it beats: from its start to its stop. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Begins with a beat, which is over when this resolves. */
  async start(): Promise<void> {
    this.#isOn = true;
    await this.beat();
  }

  /** Beats by the clock from now on. @param interval in milliseconds. */
  every(interval: number): void {
    this.#timer = setInterval(() => void this.beat(), interval);
  }

  /** Resolves after a beat that began now or later: whoever asks during one shares the one after it. */
  async beat(): Promise<void> {
    if (!this.#isOn) return;
    this.#next ??= this.#last = this.#last.then(() => {
      this.#next = undefined;
      return this.work();
    });
    await this.#next;
  }

  /** Resolves when nothing beats that was asked for before. */
  async idle(): Promise<void> {
    await this.#last;
  }

  /** Ends after what was asked for before; what is asked for later is nothing. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#isOn = false;
    await this.#last;
  }
}
