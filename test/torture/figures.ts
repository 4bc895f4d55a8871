/** What a torture came to, in numbers and words. */
export class Figures {
  readonly #counts = new Map<string, number>();
  readonly #wrongs: string[] = [];

  /** Adds to a number; with 0, it is listed even if nothing comes of it. */
  count(what: string, times = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times);
  }

  /** Sets a number. */
  set(what: string, value: number): void {
    this.#counts.set(what, value);
  }

  /** Answers a number; 0 when nothing was counted. */
  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  /** Notes that a promise of the library was broken. */
  wrong(what: string): void {
    this.#wrongs.push(what);
  }

  /** What was wrong. */
  get wrongs(): readonly string[] {
    return this.#wrongs;
  }

  /** All numbers as lines of a table, then what was wrong. */
  toString(): string {
    const width = Math.max(...[...this.#counts.keys()].map(({ length }) => length));
    const lines = [...this.#counts].map(
      ([what, value]) => `${what.padEnd(width)} ${value.toLocaleString('en-US').padStart(10)}`,
    );
    return [...lines, '', ...this.#wrongs.map((wrong) => `WRONG: ${wrong}`)].join('\n');
  }
}
