import type { Course, DoneLayer, Lease, Registration, UnitKey, UnitState } from '../../projections/index.js';
import type { Sql } from '../sql.js';

/** A unit as {@link unitColumns} selects it: text where the driver's parsers could be set to something else. */
export interface UnitRow {
  readonly handler: string;
  readonly course: Course;
  readonly partition: number;
  readonly kind: UnitState['kind'];
  readonly partitions: number;
  readonly version: number;
  readonly unit_position: string;
  readonly events_handled: string;
  readonly is_paused: boolean;
  readonly until: string | null;
  readonly total: string | null;
  readonly started: string;
  readonly leased_to: string | null;
  readonly unit_fence: string;
  readonly layers: string | null;
}

/** A time as milliseconds. */
export const millis = (column: string): string => `(extract(epoch from ${column}) * 1000)::bigint::text`;

/** All of a unit, as {@link UnitRow}. */
export const UNIT_COLUMNS = `handler, course, partition, kind, partitions, version, position::text as unit_position,
  handled::text as events_handled, paused as is_paused, rebuild_until::text as until, rebuild_total::text as total,
  ${millis('started_at')} as started, case when lease_until > clock_timestamp() then owner end as leased_to,
  fence::text as unit_fence, done::text as layers`;

/** A condition for one unit, whose key is the first three parameters. */
export const UNIT_KEY = 'handler = $1 and course = $2 and partition = $3';

/** A condition for the lease of one unit, as {@link leaseParameters} gives it. */
export const LEASE = `${UNIT_KEY} and owner = $4 and fence = $5`;

/** The parameters of {@link LEASE}. */
export function leaseParameters({ unit, owner, fence }: Lease): unknown[] {
  return [unit.handler, unit.course, unit.partition, owner, fence.toString()];
}

/** What new units of a course are to be like. */
export interface NewUnits extends Omit<Registration, 'handler'> {
  readonly handled?: bigint;
  readonly paused?: boolean;
  readonly rebuild?: { readonly until: bigint; readonly total: bigint };
  readonly startedAt?: Date;
  readonly done?: readonly DoneLayer[];
}

/** Adds all units of a course that has none. */
export async function insertUnits(
  sql: Sql,
  table: string,
  { handler, course }: Omit<UnitKey, 'partition'>,
  units: NewUnits,
): Promise<void> {
  const { kind, version, partitions, position, handled = 0n, paused = false, startedAt, done = [] } = units;
  // A rebuild that has nothing to do is over.
  const rebuild = units.rebuild && units.rebuild.until > position ? units.rebuild : undefined;
  await sql.query(
    // The fence comes from the clock, so that it is another one than that of units that were here before.
    `insert into ${table} (handler, course, partition, partitions, kind, version, position, handled, paused,
       rebuild_until, rebuild_total, done, started_at, fence)
     select $1, $2, n, $3::int, $4, $5, $6::bigint, case when n = 0 then $7::bigint else 0 end, $8, $9::bigint,
       $10::bigint, $11::jsonb, coalesce(to_timestamp($12::double precision / 1000), clock_timestamp()),
       (extract(epoch from clock_timestamp()) * 1000000)::bigint
     from generate_series(0, $3::int - 1) as n`,
    [
      handler,
      course,
      partitions,
      kind,
      version,
      position.toString(),
      handled.toString(),
      paused,
      rebuild?.until.toString() ?? null,
      rebuild?.total.toString() ?? null,
      done.length > 0 ? layersText(done) : null,
      startedAt?.getTime() ?? null,
    ],
  );
}

/** Selects the units of a course, in their order. */
export async function selectUnits(
  sql: Sql,
  table: string,
  { handler, course }: Omit<UnitKey, 'partition'>,
): Promise<UnitState[]> {
  const rows = await sql.query<UnitRow[]>(
    `select ${UNIT_COLUMNS} from ${table} where handler = $1 and course = $2 order by partition`,
    [handler, course],
  );
  return rows.map(toUnit);
}

/** Removes a course. */
export async function deleteUnits(
  sql: Sql,
  table: string,
  { handler, course }: Omit<UnitKey, 'partition'>,
): Promise<number> {
  const [, count] = await sql.query<[unknown[], number]>(
    `delete from ${table} where handler = $1 and course = $2`,
    [handler, course],
  );
  return count;
}

/** Turns a row into a unit. */
export function toUnit(row: UnitRow): UnitState {
  return {
    handler: row.handler,
    course: row.course,
    partition: row.partition,
    kind: row.kind,
    partitions: row.partitions,
    version: row.version,
    position: BigInt(row.unit_position),
    handled: BigInt(row.events_handled),
    paused: row.is_paused,
    rebuildUntil: row.until === null ? null : BigInt(row.until),
    rebuildTotal: row.total === null ? null : BigInt(row.total),
    startedAt: new Date(Number(row.started)),
    owner: row.leased_to,
    fence: BigInt(row.unit_fence),
    done: row.layers === null ? [] : readLayers(row.layers),
  };
}

/** Positions as text, because a number of JSON is read as one that may be too small for them. */
function layersText(layers: readonly DoneLayer[]): string {
  return JSON.stringify(layers.map(({ positions }) => ({ positions: positions.map(String) })));
}

function readLayers(text: string): DoneLayer[] {
  const layers = JSON.parse(text) as { positions: string[] }[];
  return layers.map(({ positions }) => ({ positions: positions.map(BigInt) }));
}
