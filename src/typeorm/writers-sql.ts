import type { HoleHolder } from '../store/index.js';
import type { EventTable } from './event-tables.js';

/** A row of {@link writersSql}; without a writer there is one row whose `id` is null. */
export interface WriterRow {
  readonly life: string;
  readonly head: string;
  readonly id: string | null;
  readonly pid: number | null;
  readonly prepared_as: string | null;
  readonly application: string | null;
  readonly since: string | null;
  readonly age: string | null;
}

/**
 * Names the life of a table: another one after it was emptied or made anew, or after another server has taken over.
 * What is known of positions drawn in one life says nothing about the next.
 *
 * @param path an expression for the table's path, as text.
 */
export function lifeSql(path: string): string {
  return `concat(extract(epoch from pg_postmaster_start_time()), ' ', pg_relation_filenode(${path}::regclass))`;
}

/**
 * Who writes to the journal, with the highest position that is visible. The path of the table is its parameter.
 *
 * Soundness hangs on the order in one statement: the snapshot that shows the highest position is taken first, the
 * locks are listed while it runs.
 */
export function writersSql({ path }: EventTable): string {
  return `
    with locks as materialized (
      select locktype, mode, pid, virtualtransaction, transactionid from pg_locks
      where granted and (
        locktype = 'transactionid' or locktype = 'relation' and relation = $1::regclass
          and database = (select oid from pg_database where datname = current_database()))
    ), writers as (
      select distinct virtualtransaction as id, pid from locks
      where locktype = 'relation' and mode = 'RowExclusiveLock'
    ), holders as (
      select writers.id, writers.pid, prepared.gid as prepared_as, nullif(activity.application_name, '') as application,
        coalesce(activity.xact_start, prepared.prepared) as since
      from writers
      left join pg_stat_activity activity on activity.pid = writers.pid
      left join pg_prepared_xacts prepared on writers.pid is null and prepared.transaction in (
        select transactionid from locks
        where locks.virtualtransaction = writers.id and locktype = 'transactionid' and mode = 'ExclusiveLock')
    )
    select ${lifeSql('$1')} as life, (select coalesce(max(position), 0)::text from ${path}) as head,
      id, pid, prepared_as, application, (extract(epoch from since) * 1000)::bigint::text as since,
      greatest((extract(epoch from clock_timestamp() - since) * 1000)::bigint, 0)::text as age
    from (select) as always left join holders on true`;
}

/** Turns a row into what is told about a writer. */
export function toHolder({ pid, prepared_as, application, since, age }: WriterRow): HoleHolder {
  return {
    pid,
    preparedAs: prepared_as,
    application,
    since: since === null ? null : new Date(Number(since)),
    age: age === null || since === null ? null : Number(age),
  };
}
