import type { Reading } from './reading.js';

/** What a fold comes to: the same for every system, so that each can be checked. */
export interface Total {
  readings: number;
  sum: number;
}

/** A way to keep events that is measured. */
export interface System {
  readonly name: string;
  /** The packages it needs that are not the project's own; it is left out where they are not installed. */
  readonly packages: readonly string[];
  /** Makes its tables in an empty database and opens it. */
  open(url: string): Promise<OpenSystem>;
}

/** A system on a database of its own. */
export interface OpenSystem {
  readonly url: string;
  /** Appends to a stream that is at a version, all or nothing. */
  append(stream: string, version: number, readings: readonly Reading[]): Promise<void>;
  /** Loads a stream and folds it. */
  load(stream: string): Promise<Total>;
  /** Loads a stream and appends one reading; again, until nobody else was faster. */
  update(stream: string, reading: Reading): Promise<void>;
  /** Reads so many events in order from the first, or fewer when the time is up before. @returns how many */
  readAll(events: number, until: number): Promise<number>;
  close(): Promise<void>;
}
