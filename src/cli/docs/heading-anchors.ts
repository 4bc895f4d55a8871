/** The anchors that GitHub gives to the headings of a page; ask in the order of the headings. */
export class HeadingAnchors {
  readonly #taken = new Map<string, number>();

  /** @param heading what the heading shows, without its markup. */
  next(heading: string): string {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let free = anchor;
    let repeats = this.#taken.get(anchor) ?? 0;
    while (this.#taken.has(free)) {
      repeats += 1;
      free = `${anchor}-${repeats}`;
    }
    this.#taken.set(anchor, repeats);
    this.#taken.set(free, this.#taken.get(free) ?? 0);
    return free;
  }
}
