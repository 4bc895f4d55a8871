import type { StreamAppend } from './journal.js';
import type { JournalRecord } from './journal-record.js';
import { DuplicateEventError } from './store.errors.js';

/**
 * Recognises an append that was made before: all its events are stored, in the same streams and order.
 *
 * @param stored those of the append's events that are stored, by event id.
 * @returns the stored events in the order of the append; `undefined` when none of them is stored.
 * @throws DuplicateEventError when only some are, or elsewhere.
 */
export function findRepetition(
  appends: readonly StreamAppend[],
  stored: ReadonlyMap<string, JournalRecord>,
): JournalRecord[] | undefined {
  if (stored.size === 0) return undefined;
  const repeated = appends.every((append) => {
    let version = 0;
    return append.records.every(({ eventId }) => {
      const record = stored.get(eventId);
      if (record?.aggregateType !== append.aggregateType || record.aggregateId !== append.aggregateId)
        return false;
      const inOrder = record.aggregateVersion > version;
      version = record.aggregateVersion;
      return inOrder;
    });
  });
  if (!repeated) throw new DuplicateEventError([...stored.keys()]);
  return appends.flatMap((append) => append.records.map(({ eventId }) => stored.get(eventId)!));
}
