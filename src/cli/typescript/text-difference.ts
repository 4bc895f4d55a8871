/** Where two texts differ first; a line that only one of them has is `undefined` in the other. */
export interface TextDifference {
  /** From 1. */
  readonly line: number;
  readonly found: string | undefined;
  readonly expected: string | undefined;
}

/** Finds the first line in which two texts differ; how their lines end does not matter, as git may change that. */
export function differenceOf(found: string, expected: string): TextDifference | undefined {
  const foundLines = found.split(/\r?\n/);
  const expectedLines = expected.split(/\r?\n/);
  const length = Math.max(foundLines.length, expectedLines.length);
  for (let index = 0; index < length; index += 1) {
    const [left, right] = [foundLines[index], expectedLines[index]];
    if (left !== right) return { line: index + 1, found: left, expected: right };
  }
  return undefined;
}
