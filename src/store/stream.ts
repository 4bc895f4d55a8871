import { InvalidArgumentError, type AggregateClass } from '../domain/index.js';

/** The stream of one aggregate. */
export interface Stream {
  readonly aggregate: AggregateClass;
  readonly id: string;
}

/**
 * What a stream must look like for an append to succeed: exactly this version (0 is a stream that does not exist),
 * `'no-stream'`, `'stream-exists'`, or `'any'`.
 */
export type ExpectedVersion = number | 'no-stream' | 'stream-exists' | 'any';

/** @throws InvalidArgumentError for anything that is no {@link ExpectedVersion}. */
export function assertExpectedVersion(expected: unknown): asserts expected is ExpectedVersion {
  if (expected === 'no-stream' || expected === 'stream-exists' || expected === 'any') return;
  if (typeof expected === 'number' && Number.isInteger(expected) && expected >= 0 && expected < 2 ** 31)
    return;
  throw new InvalidArgumentError(
    `expectedVersion is ${typeof expected === 'string' ? JSON.stringify(expected) : String(expected)}`,
    `Use a whole number from 0, 'no-stream', 'stream-exists' or 'any'.`,
  );
}

/** Whether a stream at a version (0: it does not exist) is what an append expects. */
export function isExpected(expected: ExpectedVersion, version: number): boolean {
  switch (expected) {
    case 'any':
      return true;
    case 'no-stream':
      return version === 0;
    case 'stream-exists':
      return version > 0;
    default:
      return version === expected;
  }
}
