import type { JournalRecord } from './journal-record.js';
import type { Transaction } from './transaction.js';

/** Which events of the journal to read next. */
export interface SliceQuery {
  /** Only events behind this position. */
  readonly after: bigint;
  /** Only events of these stored types. @default all */
  readonly types?: readonly string[];
  /** Only events of the aggregates in one partition, as `partitionOf` divides them. @default all */
  readonly partition?: { readonly index: number; readonly of: number };
  /** Whether to pass holes that somebody may yet fill: for who knows that nothing asked for can be in them. @default false */
  readonly beyondHoles?: boolean;
  /** A running transaction to read in, with `beyondHoles`, for who must not wait for another connection. @default none */
  readonly transaction?: Transaction;
  /** The most events to answer; at least 1. */
  readonly limit: number;
}

/** A part of the journal, read without waiting for anybody. */
export interface JournalSlice {
  /** The events asked for, by position. */
  readonly records: readonly JournalRecord[];
  /** No event asked for lies between `after` and here but those in `records`, now or ever: the next slice begins here. */
  readonly upTo: bigint;
  /** Whether there may be more to read at once, even where nothing was found. */
  readonly more: boolean;
  /** What is in the way, when not all that is stored could be read. */
  readonly blockedBy?: JournalHole;
}

/** A position that is missing, though later ones are there, and that somebody may yet fill. */
export interface JournalHole {
  readonly position: bigint;
  /** The transactions that may fill it; it is filled or passed when they have ended. */
  readonly holders: readonly HoleHolder[];
}

/** A transaction that has written, or may have written, to the journal and has not ended. */
export interface HoleHolder {
  /** The server's process for its connection; `null` for a prepared transaction, which has none. */
  readonly pid: number | null;
  /** The name under which it was prepared (`PREPARE TRANSACTION`), if it was. */
  readonly preparedAs: string | null;
  /** The `application_name` of its connection, where it may be seen. */
  readonly application: string | null;
  /** When it began, or was prepared, by the database's clock; `null` where it may not be seen. */
  readonly since: Date | null;
  /** How long ago that was, in milliseconds. */
  readonly age: number | null;
}
