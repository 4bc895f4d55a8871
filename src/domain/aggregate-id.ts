import { InvalidArgumentError } from './aggregate.errors.js';

/** The longest id of an aggregate, in bytes of UTF-8: what fits beside the type in an index of PostgreSQL. */
export const MAX_AGGREGATE_ID_BYTES = 1000;

/**
 * Checks that a value can be the id of an aggregate: a string that is not empty, at most
 * {@link MAX_AGGREGATE_ID_BYTES} bytes long, and that PostgreSQL stores as it is.
 *
 * @throws InvalidArgumentError
 */
export function assertAggregateId(id: unknown, aggregateClass: string): asserts id is string {
  const refuse = (problem: string, cure: string): never => {
    throw new InvalidArgumentError(`The id of ${aggregateClass} ${problem}`, cure);
  };
  if (typeof id !== 'string') refuse(`is ${id === null ? 'null' : `of type ${typeof id}`}`, 'Pass a string.');
  const text = id as string;
  if (text === '') refuse('is empty', 'Pass a string such as a UUID.');
  if (text.includes('\0')) refuse('contains the character U+0000', 'PostgreSQL cannot store it; remove it.');
  if (!text.isWellFormed()) refuse('contains half of a surrogate pair', 'It is no valid Unicode; encode it.');
  // A character is at most 3 bytes per UTF-16 unit: count exactly only where it can matter.
  if (text.length * 3 > MAX_AGGREGATE_ID_BYTES && Buffer.byteLength(text) > MAX_AGGREGATE_ID_BYTES) {
    refuse(`is longer than ${MAX_AGGREGATE_ID_BYTES} bytes`, 'Use a shorter id, such as a hash of it.');
  }
}
