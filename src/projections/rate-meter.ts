/** How far back a rate looks, in milliseconds. */
const WINDOW = 10_000;

/** Events per second, from totals that are noted now and then. */
export class RateMeter {
  readonly #notes = new Map<string, { at: number; total: bigint }[]>();

  /** Notes how many events a unit has handled. @param at in milliseconds. */
  note(unit: string, total: bigint, at: number): void {
    const notes = this.#notes.get(unit) ?? [];
    const last = notes.at(-1);
    // A rebuild counts from the beginning.
    if (last && total < last.total) notes.length = 0;
    notes.push({ at, total });
    while (notes.length > 2 && notes[1]!.at < at - WINDOW) notes.shift();
    this.#notes.set(unit, notes);
  }

  /** The rate of a unit over the last seconds; 0 while too little is known. */
  of(unit: string): number {
    const notes = this.#notes.get(unit) ?? [];
    const [first, last] = [notes[0], notes.at(-1)];
    if (!first || !last || last.at <= first.at) return 0;
    return (Number(last.total - first.total) * 1000) / (last.at - first.at);
  }
}
