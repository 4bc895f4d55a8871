import { randomUUID } from 'node:crypto';
import { DatabaseError, type PoolClient } from 'pg';
import type { Reading } from '../../harness/reading.js';

/** The table of the raw system. */
export const TABLE = `
  create table events (
    position bigserial primary key,
    event_id uuid not null unique,
    stream text not null,
    version integer not null,
    type text not null,
    data jsonb not null,
    metadata jsonb not null,
    created timestamptz not null default now(),
    unique (stream, version)
  )`;

/** A row as `pg` parses it. */
export interface RawRow {
  readonly position: string;
  readonly event_id: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly data: Reading;
  readonly metadata: { readonly correlationId: string };
  readonly created: Date;
}

const WIDTH = 6;
const INSERTS = new Map<number, string>();

/** Inserts behind a version, with a prepared statement; the unique constraint checks that the version is the last. */
export async function insertRows(
  client: PoolClient,
  stream: string,
  version: number,
  readings: readonly Reading[],
): Promise<void> {
  const metadata = JSON.stringify({ correlationId: randomUUID() });
  const values = readings.flatMap((reading, index) => [
    randomUUID(),
    stream,
    version + index + 1,
    'reading_taken',
    JSON.stringify(reading),
    metadata,
  ]);
  await client.query({ name: `insert-${readings.length}`, text: insertOf(readings.length), values });
}

function insertOf(rows: number): string {
  const known = INSERTS.get(rows);
  if (known) return known;
  const tuples = Array.from({ length: rows }, (_, row) => {
    const places = Array.from({ length: WIDTH }, (_, column) => `$${row * WIDTH + column + 1}`);
    return `(${places.join(', ')})`;
  });
  const text = `insert into events (event_id, stream, version, type, data, metadata) values ${tuples.join(', ')}`;
  INSERTS.set(rows, text);
  return text;
}

/** Whether an insert failed because somebody else has taken the version. */
export function isTaken(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '23505';
}
