/**
 * Lets one thing after another happen where only one can at a time, such as on a connection.
 *
 * What waits for another turn of the same turns within its own waits for ever.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
