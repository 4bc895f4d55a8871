interface Waiting {
  readonly left: Set<object>;
  readonly resolve: () => void;
}

/** Knows what is on its way, without a promise for each. */
export class InFlight {
  readonly #all = new Set<object>();
  readonly #waiting = new Set<Waiting>();

  /** @returns what to {@link end} when it is over. */
  begin(): object {
    const flight = {};
    this.#all.add(flight);
    return flight;
  }

  end(flight: object): void {
    this.#all.delete(flight);
    for (const waiting of this.#waiting) {
      if (!waiting.left.delete(flight) || waiting.left.size > 0) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
  }

  /** Resolves when all is over that is on its way now. */
  async settled(): Promise<void> {
    if (this.#all.size === 0) return;
    await new Promise<void>((resolve) => this.#waiting.add({ left: new Set(this.#all), resolve }));
  }
}
