import type { Total } from '../../harness/system.js';
import type { RawRow } from './raw-table.js';

/** Folds rows as one would by hand. */
export function foldRows(rows: readonly RawRow[]): Total {
  const total = { readings: 0, sum: 0 };
  for (const { type, data } of rows) {
    if (type !== 'reading_taken') throw new Error(`Unknown event type ${type}.`);
    total.readings += 1;
    total.sum += data.reading;
  }
  return total;
}
