import type { ExpectedVersion, JournalRecord, NewRecord, StreamAppend } from '../store/index.js';
import { ANY_VERSION, STREAM_EXISTS } from './append-function-bodies.js';
import { appendFunctions } from './append-functions.js';
import { arrayOfBytes, arrayOfPlain, arrayOfTexts, list, listed, listOf } from './array-parameters.js';
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

/** What the database adds to a stored event. */
interface Place {
  readonly position: bigint;
  readonly createdAt: Date;
  readonly aggregateVersion: number;
}

/** The outcome where somebody else was faster. */
export const LOST_RACE: AppendOutcome = {};
/** For how many statements another lost race is likely. */
const RACED = 20;

/**
 * The statements that append: calls of functions, whose plans a connection keeps, also where a pooler keeps it from
 * keeping prepared statements.
 */
export class AppendStatements {
  readonly #single: string;
  readonly #several: string;
  readonly #shared: string;
  /** For how many more, see {@link RACED}. */
  #raced = 0;

  constructor(table: EventTable) {
    const { single, several, shared } = appendFunctions(table);
    this.#single = `select ${single}($13, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as answer`;
    const parameters = `$1, $2, $3, $4, $5, $6, $7, $8, ${listed('$9')}, $10, ${listed('$11')}, ${listed('$12')}, $13, $14`;
    this.#several = `select ${several}(${parameters}) as answer`;
    this.#shared = `select ${shared}($15, ${parameters}) as answer`;
  }

  /** A race was lost: the next statements are to be prepared for another. */
  expectRaces(): void {
    this.#raced = RACED;
  }

  /** Appends to all streams, or to none. A lost race may violate a unique constraint. */
  together(sql: Sql, appends: readonly StreamAppend[]): Promise<AppendOutcome> {
    const [append, ...others] = appends;
    if (others.length === 0 && append!.records.length === 1) return this.#one(sql, append!);
    return this.strictly(sql, appends);
  }

  /** The same, but whatever is in the way, such as a trigger of the application's, is an error. */
  async strictly(sql: Sql, appends: readonly StreamAppend[]): Promise<AppendOutcome> {
    const outcomes = await this.#call(sql, this.#several, appends);
    const refused = outcomes.find((each) => each.refused);
    if (refused) return refused;
    const records = outcomes.map((each) => each.records);
    return records.every((each) => each !== undefined) ? { records: records.flat() } : LOST_RACE;
  }

  /**
   * Appends to each stream by itself: what is refused does not hinder the others, but an error fails all.
   *
   * @returns what came of each, in the order they were given.
   */
  async share(sql: Sql, appends: readonly StreamAppend[]): Promise<AppendOutcome[]> {
    const outcomes = await this.#call(sql, this.#shared, appends, this.#nextIsRaced());
    if (outcomes.includes(LOST_RACE)) this.expectRaces();
    return outcomes;
  }

  /** Whether the statement that is about to be sent is to be prepared for a lost race. */
  #nextIsRaced(): boolean {
    if (this.#raced === 0) return false;
    this.#raced -= 1;
    return true;
  }

  async #call(
    sql: Sql,
    statement: string,
    appends: readonly StreamAppend[],
    ...more: readonly unknown[]
  ): Promise<AppendOutcome[]> {
    const order = inOneOrder(appends);
    const sorted = order.map((index) => appends[index]!);
    const [row] = await sql.query<{ answer: string }[]>(statement, [...toParameters(sorted), ...more]);
    const outcomes: AppendOutcome[] = [];
    outcomesOf(sorted, row!.answer).forEach((outcome, place) => (outcomes[order[place]!] = outcome));
    return outcomes;
  }

  async #one(sql: Sql, append: StreamAppend): Promise<AppendOutcome> {
    const record = append.records[0]!;
    const [row] = await sql.query<{ answer: string | null }[]>(this.#single, [
      append.aggregateType,
      append.aggregateId,
      toNumber(append.expectedVersion),
      ...toColumns(record),
      this.#nextIsRaced(),
    ]);
    const answer = row!.answer;
    if (answer === null) {
      this.expectRaces();
      return LOST_RACE;
    }
    const [position, created, version] = answer.split(' ');
    if (version === undefined) return { refused: { append, actualVersion: Number(position) } };
    return { records: [toStored(append, record, toPlace(position!, created!, version))] };
  }
}

/**
 * So that no two statements wait for each other, whatever order their streams were given in, in whichever process.
 *
 * @returns where each of them is among those given.
 */
function inOneOrder(appends: readonly StreamAppend[]): readonly number[] {
  return appends
    .map((_, index) => index)
    .sort((one, other) => {
      const [a, b] = [appends[one]!, appends[other]!];
      return compare(a.aggregateType, b.aggregateType) || compare(a.aggregateId, b.aggregateId);
    });
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function toParameters(appends: readonly StreamAppend[]): unknown[] {
  const rows = appends.flatMap(({ records }) => records.map(toColumns));
  const column = <T>(index: number): T[] => rows.map((row) => row[index] as T);
  return [
    arrayOfTexts(appends.map(({ aggregateType }) => aggregateType)),
    arrayOfTexts(appends.map(({ aggregateId }) => aggregateId)),
    arrayOfPlain(appends.map(({ expectedVersion }) => toNumber(expectedVersion))),
    arrayOfPlain(appends.flatMap(({ records }, stream) => records.map(() => stream + 1))),
    arrayOfPlain(appends.flatMap(({ records }) => records.map((_, step) => step + 1))),
    arrayOfPlain(column(0)),
    arrayOfTexts(column(1)),
    arrayOfPlain(column(2)),
    list(column(3)),
    arrayOfBytes(column(4)),
    list(column(5)),
    list(column(6)),
    arrayOfPlain(column(7)),
    arrayOfPlain(column(8)),
  ];
}

/** An event as the functions take it, in the order of their parameters. */
function toColumns(record: NewRecord): readonly unknown[] {
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

function toPlace(position: string, created: string, version: string): Place {
  return {
    position: BigInt(position),
    createdAt: new Date(Number(created)),
    aggregateVersion: Number(version),
  };
}

/** @param answer the versions before, the positions of what is stored, and its time. */
function outcomesOf(appends: readonly StreamAppend[], answer: string): AppendOutcome[] {
  const [versions, positions, created] = answer.split(';') as [string, string, string];
  const places = listOf(positions);
  let place = 0;
  return versions.split(',').map((text, stream) => {
    const append = appends[stream]!;
    const before = Number(text);
    if (before < 0) return { refused: { append, actualVersion: -1 - before } };
    // Of those that are stored together, none is when one is refused.
    if (text === '' || place === places.length) return LOST_RACE;
    const records = append.records.map((record, step) =>
      toStored(append, record, {
        position: BigInt(places[place++]!),
        createdAt: new Date(Number(created)),
        aggregateVersion: before + step + 1,
      }),
    );
    return { records };
  });
}

function toStored(
  { aggregateType, aggregateId }: StreamAppend,
  record: NewRecord,
  place: Place,
): JournalRecord {
  const { eventId, eventType, eventVersion, data, dataTypes, metadata } = record;
  const { position, createdAt, aggregateVersion } = place;
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
    position,
    createdAt,
  };
}
