/** What many callers have done. */
export interface Work {
  readonly count: number;
  readonly milliseconds: number;
  /** How long each took, in milliseconds. */
  readonly times: readonly number[];
}

/** Lets so many callers do something again and again until the time is up. */
export async function repeat(
  callers: number,
  seconds: number,
  act: (caller: number) => Promise<unknown>,
): Promise<Work> {
  const times: number[] = [];
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  const call = async (caller: number): Promise<void> => {
    for (let now = performance.now(); now < end;) {
      await act(caller);
      const later = performance.now();
      times.push(later - now);
      now = later;
    }
  };
  await all(callers, call);
  return { count: times.length, milliseconds: performance.now() - begun, times };
}

/** Runs so many at once. When one fails the others are waited for, so that none works on in the next slice. */
export async function all(callers: number, act: (caller: number) => Promise<unknown>): Promise<void> {
  const results = await Promise.allSettled(Array.from({ length: callers }, (_, caller) => act(caller)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
