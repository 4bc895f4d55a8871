import type { ExpectedVersion, JournalRecord, NewRecord, StreamAppend } from '../store/index.js';
import { ANY_VERSION, STREAM_EXISTS } from './append-function-bodies.js';
import { appendFunctions } from './append-functions.js';
import type { EventTable } from './event-tables.js';
import { toRowMetadata } from './row-metadata.js';
import type { Sql } from './sql.js';

/** What came of an append: stored, refused, or, with neither, a race that was lost to somebody else. */
export interface AppendOutcome {
  /** What is stored, in the order of the append. */
  readonly records?: readonly JournalRecord[];
  /** The first stream that is not at its expected version, with the version it has. */
  readonly refused?: { readonly append: StreamAppend; readonly actualVersion: number };
}

interface StoredRow {
  readonly stored_id: string | null;
  readonly stored_position: string;
  readonly stored_at: string;
  /** Of a stored event its version; else the version of the stream that is refused. */
  readonly stream_version: number;
  /** The number of a refused stream, from 1. */
  readonly refused: number | null;
}

const LOST: AppendOutcome = {};

/**
 * The statements that append: calls of functions, whose plans a connection keeps. No statement has a name, so that they
 * work behind a pooler that gives a connection away after each transaction.
 */
export class AppendStatements {
  readonly #single: string;
  readonly #several: string;

  constructor(table: EventTable) {
    const { single, several } = appendFunctions(table);
    this.#single = `select ${single}($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as answer`;
    this.#several = `select * from ${several}($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`;
  }

  /** Appends to all streams, or to none. A lost race violates a unique constraint where it is more than one event. */
  async together(sql: Sql, appends: readonly StreamAppend[]): Promise<AppendOutcome> {
    const [append, ...others] = appends;
    if (others.length === 0 && append!.records.length === 1) return this.#one(sql, append!);
    return this.strictly(sql, appends);
  }

  /** The same, but whatever is in the way, be it a unique constraint of somebody else's, violates that. */
  async strictly(sql: Sql, appends: readonly StreamAppend[]): Promise<AppendOutcome> {
    const sorted = inOneOrder(appends);
    const rows = await sql.query<StoredRow[]>(this.#several, toParameters(sorted, false));
    const versions = new Map(rows.map((row) => [sorted[(row.refused ?? 0) - 1], row.stream_version]));
    const refused = appends.find((each) => versions.has(each));
    if (refused) return { refused: { append: refused, actualVersion: versions.get(refused)! } };
    if (rows.length === 0) return LOST;
    const stored = byId(rows);
    return { records: appends.flatMap((each) => merge(each, stored)!) };
  }

  /**
   * Appends to each stream by itself: what is refused does not hinder the others, but an error fails all.
   *
   * @returns what came of each, in the order they were given.
   */
  async share(sql: Sql, appends: readonly StreamAppend[]): Promise<AppendOutcome[]> {
    const sorted = inOneOrder(appends);
    const rows = await sql.query<StoredRow[]>(this.#several, toParameters(sorted, true));
    const stored = byId(rows);
    const outcomes = new Map<StreamAppend, AppendOutcome>();
    for (const append of sorted) {
      const records = merge(append, stored);
      outcomes.set(append, records ? { records } : LOST);
    }
    for (const { refused, stream_version: actualVersion } of rows) {
      if (refused === null) continue;
      const append = sorted[refused - 1]!;
      outcomes.set(append, { refused: { append, actualVersion } });
    }
    return appends.map((append) => outcomes.get(append)!);
  }

  async #one(sql: Sql, append: StreamAppend): Promise<AppendOutcome> {
    const record = append.records[0]!;
    const [row] = await sql.query<{ answer: string | null }[]>(this.#single, [
      append.aggregateType,
      append.aggregateId,
      toNumber(append.expectedVersion),
      ...toColumns(record),
    ]);
    const answer = row!.answer;
    if (answer === null) return LOST;
    const [position, created, version] = answer.split(' ');
    if (version === undefined) return { refused: { append, actualVersion: Number(position) } };
    return { records: [toStored(append, record, position!, created!, Number(version))] };
  }
}

/** So that no two statements wait for each other, whatever order their streams were given in, in whichever process. */
function inOneOrder(appends: readonly StreamAppend[]): readonly StreamAppend[] {
  return appends.toSorted(
    (a, b) => compare(a.aggregateType, b.aggregateType) || compare(a.aggregateId, b.aggregateId),
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function toParameters(appends: readonly StreamAppend[], shared: boolean): unknown[] {
  const events = appends.flatMap(({ records }, stream) =>
    records.map((record, step) => [stream + 1, step + 1, ...toColumns(record)]),
  );
  return [
    shared,
    appends.map(({ aggregateType }) => aggregateType),
    appends.map(({ aggregateId }) => aggregateId),
    appends.map(({ expectedVersion }) => toNumber(expectedVersion)),
    ...events[0]!.map((_, column) => events.map((event) => event[column])),
  ];
}

/** An event as the functions take it, in the order of their parameters. */
function toColumns(record: NewRecord): unknown[] {
  const { eventId, eventType, eventVersion, data, dataTypes } = record;
  const { metadata, correlationId, causationId } = toRowMetadata(record);
  const [text, bytes] = typeof data === 'string' ? [data, null] : [null, data];
  return [eventId, eventType, eventVersion, text, bytes, dataTypes, metadata, correlationId, causationId];
}

function toNumber(expected: ExpectedVersion): number {
  switch (expected) {
    case 'any':
      return ANY_VERSION;
    case 'stream-exists':
      return STREAM_EXISTS;
    case 'no-stream':
      return 0;
    default:
      return expected;
  }
}

function byId(rows: readonly StoredRow[]): Map<string, StoredRow> {
  const stored = new Map<string, StoredRow>();
  for (const row of rows) if (row.stored_id !== null) stored.set(row.stored_id, row);
  return stored;
}

/** The records of an append as they are stored; `undefined` when they are not. */
function merge(append: StreamAppend, stored: ReadonlyMap<string, StoredRow>): JournalRecord[] | undefined {
  const records: JournalRecord[] = [];
  for (const record of append.records) {
    const row = stored.get(record.eventId);
    if (!row) return undefined;
    records.push(toStored(append, record, row.stored_position, row.stored_at, row.stream_version));
  }
  return records;
}

function toStored(
  { aggregateType, aggregateId }: StreamAppend,
  record: NewRecord,
  position: string,
  created: string,
  aggregateVersion: number,
): JournalRecord {
  const { eventId, eventType, eventVersion, data, dataTypes, metadata } = record;
  // Named one by one: copying an object of unknown shape takes many times as long.
  return {
    eventId,
    eventType,
    eventVersion,
    data,
    dataTypes,
    metadata,
    aggregateType,
    aggregateId,
    aggregateVersion,
    position: BigInt(position),
    createdAt: new Date(Number(created)),
  };
}
