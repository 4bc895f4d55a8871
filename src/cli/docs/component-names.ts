/** Names for the parts of an AsyncAPI document, each given out once. */
export class ComponentNames {
  /** AsyncAPI's parser fails at a property of this name. */
  readonly #taken = new Set(['__proto__']);

  /** A name made of names of aggregates and events, which AsyncAPI allows as they are, with a number if it is taken. */
  next(...parts: readonly string[]): string {
    const base = parts.join('.');
    let name = base;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${base}-${count}`;
    this.#taken.add(name);
    return name;
  }
}
