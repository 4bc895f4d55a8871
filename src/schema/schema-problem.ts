/** One thing wrong with a schema file, found at start-up, or with a payload, found at an append. */
export interface SchemaProblem {
  /** Names the kind of problem; never changes between releases, e.g. `'SCHEMA_MISSING'`. */
  code: string;

  /** A full sentence that ends in what to do. */
  message: string;

  /** The schema file, as a user would type its path. */
  file?: string;

  /** The aggregate type, e.g. `'todo'`. */
  aggregate?: string;

  /** The event type, e.g. `'todo_created'`. */
  event?: string;

  /** The version of the event's schema. */
  version?: number;

  /** The field, in the payload or in the schema, e.g. `'address.lines[2].text'`. */
  path?: string;

  /** What the schema asks for, e.g. `'long (timestamp-millis) as Date'`. */
  expected?: string;

  /** What was found, with its type and shortened, e.g. `'number 5'`; `'nothing'` if it is missing. */
  got?: string;
}

/** Drops problems that say the same of the same place, as when two events use one broken shared type. */
export function withoutRepeats(problems: readonly SchemaProblem[]): SchemaProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ code, file, path, message }) => {
    const key = JSON.stringify([code, file, path, message]);
    return !seen.has(key) && seen.add(key);
  });
}
