import type { EventClass } from '../domain/index.js';
import type { Transaction } from './transaction.js';

/** Which part of a stream `EventStore.read` delivers. */
export interface ReadOptions {
  /** The first version to read. @default 1 */
  readonly fromVersion?: number;
  /** The last version to read. @default the stream's last */
  readonly toVersion?: number;
  /** Only what was stored at or before this moment (by the database's clock, in milliseconds). */
  readonly asOf?: Date;
  /** At most so many events. */
  readonly limit?: number;
  /** The newest first. @default false */
  readonly backwards?: boolean;
  /** A running transaction of the caller's to read in, which sees what it has appended itself. */
  readonly transaction?: Transaction;
}

/** Which part of the journal `EventStore.readAll` delivers. */
export interface ReadAllOptions {
  /** Only events behind this position. @default 0n */
  readonly after?: bigint;
  /** Only events of these classes, or of these stored types. @default all */
  readonly types?: readonly (EventClass | string)[];
  /** At most so many events. */
  readonly limit?: number;
}
