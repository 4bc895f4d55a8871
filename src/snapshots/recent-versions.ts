/** How many aggregates are remembered. */
const LIMIT = 10_000;

/** Remembers the version of the last snapshot that this process has taken, or tried to, of the latest aggregates. */
export class RecentVersions {
  readonly #versions = new Map<string, number>();

  get(id: string): number {
    return this.#versions.get(id) ?? 0;
  }

  set(id: string, version: number): void {
    // Behind those that were there before: the first one is the one that was longest not heard of.
    this.#versions.delete(id);
    this.#versions.set(id, version);
    if (this.#versions.size <= LIMIT) return;
    for (const oldest of this.#versions.keys()) {
      this.#versions.delete(oldest);
      return;
    }
  }

  forget(id: string): void {
    this.#versions.delete(id);
  }
}
