/** The day of a moment in UTC, as Avro's `date` has it: its midnight. */
export function dayOf(moment: Date): Date {
  return new Date(formatDay(moment));
}

/** Such as `2026-01-31`. */
export function formatDay(day: Date): string {
  return day.toISOString().slice(0, 10);
}
