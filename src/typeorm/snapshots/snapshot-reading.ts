import type { SnapshotAnswer, SnapshotQuery, SnapshotRecord } from '../../snapshots/index.js';
import { partsOf, textToRecord } from '../event-text.js';
import type { Sql } from '../sql.js';
import { LAST_VERSION } from '../stream-pages.js';

/** As for a stream that is read without a snapshot. */
const PAGE_SIZE = 1024;

/**
 * Reads the newest snapshot that fits and the events from its own on, in one statement.
 *
 * @param name of the function that reads them, as SQL calls it.
 */
export async function readSnapshot(sql: Sql, name: string, query: SnapshotQuery): Promise<SnapshotAnswer> {
  const { aggregateType, aggregateId, snapshotVersion, shape, toVersion = LAST_VERSION, asOf } = query;
  const rows = await sql.query<{ line: string }[]>(`select ${name}($1, $2, $3, $4, $5, $6, $7) as line`, [
    aggregateType,
    aggregateId,
    snapshotVersion,
    shape,
    Math.min(toVersion, LAST_VERSION),
    asOf?.getTime().toString() ?? null,
    PAGE_SIZE,
  ]);
  const [newest, ...events] = rows;
  return {
    snapshot: toSnapshot(newest!.line, query),
    records: events.map(({ line }) => textToRecord(line, aggregateType, aggregateId)),
    more: events.length === PAGE_SIZE,
  };
}

function toSnapshot(text: string, query: SnapshotQuery): SnapshotRecord | undefined {
  if (text === '') return undefined;
  const { aggregateType, aggregateId, snapshotVersion, shape } = query;
  const [version, until, eventId, checksum, state] = partsOf(text, 5) as [
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    aggregateType,
    aggregateId,
    snapshotVersion,
    shape,
    aggregateVersion: Number(version),
    eventId,
    until: new Date(Number(until)),
    checksum,
    state,
  };
}
