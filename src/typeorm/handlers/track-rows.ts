import type { Course, NewSideTrack, SideTrack, UnitKey } from '../../projections/index.js';
import type { Sql } from '../sql.js';
import { millis } from './unit-rows.js';

/** A side track as {@link TRACK_COLUMNS} selects it: text where the driver's parsers could be set to something else. */
export interface TrackRow {
  readonly handler: string;
  readonly course: Course;
  readonly partition: number;
  readonly aggregate_type: string;
  readonly aggregate_id: string;
  readonly event_position: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly aggregate_version: number;
  readonly status: SideTrack['status'];
  readonly attempts: number;
  readonly due: string;
  readonly error: string | null;
  readonly stack: string | null;
  readonly failed: string;
  readonly track_revision: string;
}

/** All of a side track, as {@link TrackRow}. */
export const TRACK_COLUMNS = `handler, course, partition, aggregate_type, aggregate_id,
  position::text as event_position, event_id::text as event_id, event_type, aggregate_version, status, attempts,
  ${millis('next_try')} as due, error, stack, ${millis('since')} as failed, revision::text as track_revision`;

/** A condition for one side track, whose key is the first four parameters. */
export const TRACK_KEY = 'handler = $1 and course = $2 and aggregate_type = $3 and aggregate_id = $4';

/** The parameters of {@link TRACK_KEY}. */
export function trackKey({ unit, aggregateType, aggregateId }: NewSideTrack): unknown[] {
  return [unit.handler, unit.course, aggregateType, aggregateId];
}

/** The rest of a side track, after its key, in the order of its columns in the statements that write it. */
export function trackValues(track: NewSideTrack): unknown[] {
  return [
    track.unit.partition,
    track.position.toString(),
    track.eventId,
    track.eventType,
    track.aggregateVersion,
    track.status,
    track.attempts,
    track.nextTry.getTime(),
    storable(track.error),
    storable(track.stack),
  ];
}

/** Text without U+0000, which messages of errors may have and PostgreSQL has not. */
export function storable(text: string | null): string | null {
  return text?.replaceAll('\0', '\uFFFD') ?? null;
}

/** Turns a row into a side track. */
export function toTrack(row: TrackRow): SideTrack {
  return {
    unit: { handler: row.handler, course: row.course, partition: row.partition },
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    position: BigInt(row.event_position),
    eventId: row.event_id,
    eventType: row.event_type,
    aggregateVersion: row.aggregate_version,
    status: row.status,
    attempts: row.attempts,
    nextTry: new Date(Number(row.due)),
    error: row.error,
    stack: row.stack,
    since: new Date(Number(row.failed)),
    revision: BigInt(row.track_revision),
  };
}

/** Selects the side tracks of a course, or of one of its partitions, in the order of their events. */
export async function selectTracks(
  sql: Sql,
  table: string,
  of: Omit<UnitKey, 'partition'> & { readonly partition?: number },
): Promise<SideTrack[]> {
  const rows = await sql.query<TrackRow[]>(
    `select ${TRACK_COLUMNS} from ${table} as track
     where handler = $1 and course = $2 and ($3::int is null or partition = $3) order by track.position`,
    [of.handler, of.course, of.partition ?? null],
  );
  return rows.map(toTrack);
}

/** Moves side tracks to the live course, and each to its partition of a new division. */
export async function moveTracks(
  sql: Sql,
  table: string,
  tracks: readonly SideTrack[],
  partitionOf: (aggregateType: string, aggregateId: string) => number,
): Promise<void> {
  if (tracks.length === 0) return;
  await sql.query(
    `update ${table} as track set course = 'live', partition = moved.partition, revision = track.revision + 1
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[])
       as moved (handler, course, aggregate_type, aggregate_id, partition)
     where track.handler = moved.handler and track.course = moved.course
       and track.aggregate_type = moved.aggregate_type and track.aggregate_id = moved.aggregate_id`,
    [
      tracks.map(({ unit }) => unit.handler),
      tracks.map(({ unit }) => unit.course),
      tracks.map(({ aggregateType }) => aggregateType),
      tracks.map(({ aggregateId }) => aggregateId),
      tracks.map(({ aggregateType, aggregateId }) => partitionOf(aggregateType, aggregateId)),
    ],
  );
}
