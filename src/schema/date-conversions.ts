import { types } from 'node:util';

import { isInt64, narrow } from './int64.js';
import type { Conversion } from './logical-type.js';

const DAY = 86_400_000;

/** `timestamp-millis` and `local-timestamp-millis`: a `Date`, encoded as milliseconds since 1970. */
export function millisAsDate(name: string): Conversion {
  return { kind: 'date', expected: `long (${name}) as Date`, encode: timeOf, decode: toDate };
}

/** `timestamp-micros` and `local-timestamp-micros`: a `Date`; microseconds below the millisecond are cut off. */
export function microsAsDate(name: string): Conversion {
  return {
    kind: 'date',
    expected: `long (${name}) as Date`,
    encode(value) {
      const time = timeOf(value);
      return time === undefined ? undefined : narrow(BigInt(time) * 1000n);
    },
    decode(value) {
      if (!isInt64(value)) throw new TypeError('not a number of microseconds');
      const micros = BigInt(value);
      return toDate(Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n));
    },
  };
}

/** `date`: a `Date` at midnight UTC, encoded as days since 1970. */
export const DAYS_AS_DATE: Conversion = {
  kind: 'date',
  expected: 'int (date) as Date at midnight UTC',
  encode(value) {
    const time = timeOf(value);
    return time === undefined || time % DAY !== 0 ? undefined : time / DAY;
  },
  decode: (value) => toDate(Number(value) * DAY),
  explain: (value) =>
    timeOf(value) === undefined
      ? undefined
      : 'A date has no time of day: pass midnight UTC, or declare a timestamp-millis',
};

function timeOf(value: unknown): number | undefined {
  if (!types.isDate(value)) return undefined;
  const time = Date.prototype.getTime.call(value);
  return Number.isNaN(time) ? undefined : time;
}

function toDate(time: unknown): Date {
  const date = new Date(Number(time));
  if (Number.isNaN(date.getTime())) throw new RangeError(`${String(time)} is beyond the range of Date`);
  return date;
}
