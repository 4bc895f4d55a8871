import { setTimeout as sleep } from 'node:timers/promises';

/** How long a report of what hangs may take itself, in milliseconds. */
const REPORT_PATIENCE = 15_000;

/** Something did not come to its end; it says what goes on instead. */
export class HungError extends Error {
  constructor(
    milliseconds: number,
    readonly goesOn: readonly string[],
  ) {
    super(`It did not end within ${Math.round(milliseconds / 1000)} s.\n${goesOn.join('\n')}`);
  }
}

/**
 * Waits for work, but not for ever.
 *
 * @param report tells what goes on when time is up.
 * @throws whatever the work throws; HungError
 */
export async function watched<T>(
  work: Promise<T>,
  milliseconds: number,
  report: () => Promise<readonly string[]>,
): Promise<T> {
  const over = new AbortController();
  const hung = (async (): Promise<never> => {
    await sleep(milliseconds, undefined, { signal: over.signal });
    const tooLate = sleep(REPORT_PATIENCE, ['What goes on could not be found out in time.'], { ref: false });
    throw new HungError(milliseconds, await Promise.race([report(), tooLate]));
  })();
  hung.catch(() => undefined);
  try {
    return await Promise.race([work, hung]);
  } finally {
    over.abort();
    work.catch(() => undefined);
  }
}
