import { inspect } from 'node:util';
import { InvalidArgumentError, type EventClass } from '../domain/index.js';
import type { JournalQuery, StreamQuery } from './journal.js';
import type { ReadAllOptions, ReadOptions } from './read-options.js';

/** Which part of a stream a caller asks for, made sure of. @throws InvalidArgumentError */
export function checkedReadOptions(options: ReadOptions): ReadOptions {
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

/** Which part of a stream a caller asks for, as a query. @throws InvalidArgumentError */
export function streamQuery(aggregateType: string, aggregateId: string, options: ReadOptions): StreamQuery {
  const { fromVersion, toVersion, asOf, limit, backwards, transaction } = checkedReadOptions(options);
  // Not spread: each property behind something spread would cost every load a microsecond.
  return { aggregateType, aggregateId, fromVersion, toVersion, asOf, limit, backwards, transaction };
}

/**
 * Which part of the journal a caller asks for, as a query.
 *
 * @param storedTypes knows under which types events of some classes are stored.
 * @throws InvalidArgumentError
 */
export function checkedReadAllOptions(
  options: ReadAllOptions,
  storedTypes: (classes: readonly EventClass[]) => string[],
): JournalQuery {
  const { after = 0n, types, limit } = options;
  assertWhole('limit', limit, 0);
  if (typeof after !== 'bigint' || after < 0n || after >= 2n ** 63n) {
    throw new InvalidArgumentError(`after is ${inspect(after)}`, 'Pass a position: a bigint from 0n.');
  }
  const names = types?.flatMap((type) => (typeof type === 'string' ? [type] : storedTypes([type])));
  return { after, limit, types: names };
}

function assertWhole(name: string, value: unknown, least: number): void {
  if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value >= least))
    return;
  throw new InvalidArgumentError(`${name} is ${inspect(value)}`, `Use a whole number from ${least}.`);
}
