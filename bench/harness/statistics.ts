/** The value that so much of all values is below. */
export function quantile(values: readonly number[], part: number): number {
  if (values.length === 0)
    throw new Error('There is nothing to take a quantile of: the slice was too short.');
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}

/** The value in the middle; of an even number of values the mean of the two. */
export function median(values: readonly number[]): number {
  const middle = values.length / 2;
  const sorted = [...values].sort((a, b) => a - b);
  return Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : quantile(values, 0.5);
}
