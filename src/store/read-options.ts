import { inspect } from 'node:util';
import { InvalidArgumentError, type EventClass } from '../domain/index.js';
import type { JournalQuery, StreamQuery, Transaction } from './journal.js';

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

type StreamPart = Omit<StreamQuery, 'aggregateType' | 'aggregateId'>;

/** @throws InvalidArgumentError */
export function checkedReadOptions(options: ReadOptions): StreamPart {
  assertWhole('fromVersion', options.fromVersion, 1);
  assertWhole('toVersion', options.toVersion, 0);
  assertWhole('limit', options.limit, 0);
  const { asOf } = options;
  if (asOf !== undefined && (!(asOf instanceof Date) || Number.isNaN(asOf.getTime()))) {
    throw new InvalidArgumentError(
      'asOf is no valid Date',
      'Pass a Date, such as new Date("2026-01-31T12:00:00Z").',
    );
  }
  return options;
}

/** @throws InvalidArgumentError */
export function checkedReadAllOptions(
  options: ReadAllOptions,
  storedTypes: (classes: readonly EventClass[]) => string[],
): JournalQuery {
  const { after = 0n, types, limit } = options;
  assertWhole('limit', limit, 0);
  if (typeof after !== 'bigint' || after < 0n) {
    throw new InvalidArgumentError(`after is ${String(after)}`, 'Pass a position: a bigint from 0n.');
  }
  const names = types?.flatMap((type) => (typeof type === 'string' ? [type] : storedTypes([type])));
  return { after, limit, types: names };
}

function assertWhole(name: string, value: unknown, least: number): void {
  if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value >= least))
    return;
  throw new InvalidArgumentError(`${name} is ${inspect(value)}`, `Use a whole number from ${least}.`);
}
