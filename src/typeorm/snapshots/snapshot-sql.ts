import type { EventTable } from '../event-tables.js';

/** Stores a snapshot, in place of one of the same version of the same aggregate. */
export function writeSnapshotSql({ path }: EventTable): string {
  return `
    insert into ${path} (aggregate_type, aggregate_id, aggregate_version, snapshot_version, event_id, until_date,
      shape, checksum, state)
    values ($1, $2, $3, $4, $5, timestamptz 'epoch' + $6::bigint * interval '1 millisecond', $7, $8, $9)
    on conflict (aggregate_type, aggregate_id, aggregate_version) do update set
      snapshot_version = excluded.snapshot_version, event_id = excluded.event_id, until_date = excluded.until_date,
      create_date = excluded.create_date, shape = excluded.shape, checksum = excluded.checksum, state = excluded.state`;
}

/**
 * Some streams of a type in the order of their ids, with their version and the newest snapshot.
 *
 * It goes from one id to the next along the index of the journal, without looking at the events between them.
 */
export function streamsSql(journal: EventTable, snapshot: EventTable): string {
  const next = (condition: string): string =>
    `select aggregate_id from ${journal.path} where aggregate_type = $1 and ${condition} order by aggregate_id limit 1`;
  return `
    with recursive streams as (
      (${next('($2::text is null or aggregate_id > $2)')})
      union all
      select found.aggregate_id from streams
      cross join lateral (${next('aggregate_id > streams.aggregate_id')}) as found
    ), page as materialized (select aggregate_id from streams limit $3)
    select page.aggregate_id, newest.*, (
        select max(aggregate_version) from ${journal.path} as journal
        where journal.aggregate_type = $1 and journal.aggregate_id = page.aggregate_id
      ) as version
    from page left join lateral (
      select aggregate_version, snapshot_version, shape from ${snapshot.path} as snapshot
      where snapshot.aggregate_type = $1 and snapshot.aggregate_id = page.aggregate_id
      order by aggregate_version desc limit 1
    ) as newest on true
    order by page.aggregate_id`;
}

/** Deletes all but the newest snapshots of some aggregates in the order of their ids. */
export function deleteOlderSql({ path }: EventTable): string {
  return `
    with page as materialized (
      select distinct aggregate_id from ${path}
      where aggregate_type = $1 and ($2::text is null or aggregate_id > $2) order by aggregate_id limit $3
    ), older as materialized (
      select aggregate_id, aggregate_version from (
        select aggregate_id, aggregate_version,
          row_number() over (partition by aggregate_id order by aggregate_version desc) as place
        from ${path} where aggregate_type = $1 and aggregate_id in (select aggregate_id from page)
      ) as placed where place > $4
    ), deleted as (
      delete from ${path} as kept using older
      where kept.aggregate_type = $1 and kept.aggregate_id = older.aggregate_id
        and kept.aggregate_version = older.aggregate_version
      returning 1
    )
    select (select count(*) from deleted)::int as deleted,
      (select aggregate_id from page order by aggregate_id desc limit 1) as last`;
}
