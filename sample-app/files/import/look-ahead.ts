/**
 * Reads up to `size` items ahead of whoever consumes them, so that the source works on while they are dealt with.
 *
 * Stopping early ends the source as soon as it has given what was asked of it.
 */
export async function* lookAhead<T>(source: AsyncGenerator<T, void>, size: number): AsyncGenerator<T, void> {
  const ahead: Promise<IteratorResult<T, void>>[] = [];
  const askForOne = (): void => {
    const next = source.next();
    // Whoever consumes it gets the error; if nobody comes to that, it does not matter.
    next.catch(() => undefined);
    ahead.push(next);
  };
  try {
    while (ahead.length < size) askForOne();
    for (;;) {
      const next = await ahead.shift();
      if (!next || next.done) return;
      askForOne();
      yield next.value;
    }
  } finally {
    await source.return();
  }
}
