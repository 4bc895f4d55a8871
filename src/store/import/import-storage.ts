import type { JournalRecord, NewRecord } from '../journal-record.js';
import type { Transaction } from '../transaction.js';

/** An event on its way into the journal by an import; its version follows on what the stream has by then. */
export interface ImportRecord {
  readonly record: NewRecord;
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** `null` is the time of storing, by the database's clock. */
  readonly createdAt: Date | null;
}

/** Others appended to the same streams at the same time; nothing was stored, and it can be tried again. */
export class LostRaceError extends Error {}

/** Keeps how far imports have come, and stores what they bring. */
export interface ImportStorage {
  /**
   * Begins an import or goes on with it. Where somebody else runs it, it is waited for a sign of life of theirs.
   *
   * @throws ConcurrentImportError when they live; the signal's reason.
   */
  begin(name: string, signal: AbortSignal): Promise<ImportClaim>;
}

/** The right to run an import; whoever gets it next has this one's place. */
export interface ImportClaim {
  /** How many events of the import were stored when it was claimed. */
  readonly done: number;
  /**
   * Stores events, in this order by position, and how far the import has come then: both or neither.
   *
   * @param done how many were stored before them.
   * @returns the position of the last one.
   * @throws LostRaceError, ConcurrentImportError; DuplicateEventError naming one that is stored already.
   */
  store(records: readonly ImportRecord[], done: number): Promise<bigint>;
  /** The same in a transaction, where there are any. @returns what was stored, in this order. */
  storeIn(
    transaction: Transaction | undefined,
    records: readonly ImportRecord[],
    done: number,
  ): Promise<readonly JournalRecord[]>;
  /** Lets others run the import at once; it never rejects. */
  release(): Promise<void>;
}
