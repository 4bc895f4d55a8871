import { isInt64 } from './int64.js';
import type { Conversion } from './logical-type.js';

/** `time-millis`: milliseconds after midnight, as a number. */
export const TIME_MILLIS: Conversion = timeOfDay(
  'int (time-millis) from 0 to 86399999 as number',
  86_400_000,
);

/** `time-micros`: microseconds after midnight, as a number or a bigint. */
export const TIME_MICROS: Conversion = timeOfDay(
  'long (time-micros) from 0 to 86399999999 as number or bigint',
  86_400_000_000,
);

function timeOfDay(expected: string, dayLength: number): Conversion {
  return {
    kind: expected.startsWith('int') ? 'number' : 'integer',
    expected,
    encode: (value) => (isInt64(value) && value >= 0 && value < dayLength ? value : undefined),
    decode: (value) => value,
  };
}
