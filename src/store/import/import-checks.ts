import { InvalidArgumentError } from '../../domain/index.js';
import type { ImportItems, ImportOptions } from './import-source.js';

const DEFAULT_BATCH_SIZE = 1000;
const MAX_BATCH_SIZE = 10_000;
const MAX_NAME_LENGTH = 200;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** What lies before it PostgreSQL writes in another way. */
const EARLIEST = Date.parse('0001-01-01T00:00:00Z');

/** @throws InvalidArgumentError */
export function assertImportName(name: unknown): asserts name is string {
  const usable =
    typeof name === 'string' &&
    name !== '' &&
    name.length <= MAX_NAME_LENGTH &&
    !name.includes('\0') &&
    name.isWellFormed();
  if (usable) return;
  throw new InvalidArgumentError(
    `The name of the import is ${typeof name === 'string' ? JSON.stringify(name.slice(0, 50)) : typeof name}`,
    `Pass a text of 1 to ${MAX_NAME_LENGTH} characters without U+0000; the same one goes on with the same import.`,
  );
}

/** @throws InvalidArgumentError */
export function checkedBatchSize({ batchSize = DEFAULT_BATCH_SIZE }: ImportOptions): number {
  if (Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= MAX_BATCH_SIZE) return batchSize;
  throw new InvalidArgumentError(
    `batchSize is ${String(batchSize)}`,
    `Use a whole number from 1 to ${MAX_BATCH_SIZE}.`,
  );
}

/** @throws InvalidArgumentError for what nothing can be read from. */
export function assertIterable(items: unknown): asserts items is ImportItems {
  if (
    typeof items === 'object' &&
    items !== null &&
    (Symbol.asyncIterator in items || Symbol.iterator in items)
  ) {
    return;
  }
  throw new InvalidArgumentError(
    `The source of the import is ${items instanceof Promise ? 'a promise' : typeof items}`,
    'Pass an iterable of events, asynchronous or not, or a function that returns one; an async generator is both.',
  );
}

/** The id in the form in which the database gives it back. @throws InvalidArgumentError */
export function checkedEventId(eventId: unknown): string {
  if (typeof eventId === 'string' && UUID.test(eventId)) return eventId.toLowerCase();
  throw new InvalidArgumentError(
    `eventId is ${typeof eventId === 'string' ? JSON.stringify(eventId.slice(0, 50)) : typeof eventId}`,
    'Pass a UUID, or leave it out for a new one.',
  );
}

/** @throws InvalidArgumentError */
export function checkedCreatedAt(createdAt: unknown): Date {
  const refuse = (problem: string): never => {
    throw new InvalidArgumentError(
      `createdAt is ${problem}`,
      'Pass a Date from the year 1 until now, or leave it out for the time of storing.',
    );
  };
  if (!(createdAt instanceof Date)) return refuse(typeof createdAt);
  const time = createdAt.getTime();
  if (Number.isNaN(time)) return refuse('an invalid Date');
  if (time < EARLIEST || time > Date.now()) return refuse(createdAt.toISOString());
  return createdAt;
}
