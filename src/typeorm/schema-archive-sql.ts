import type { EventTable } from './event-tables.js';

/** What is kept of a version; JSON is text, because the driver's parsers could be set otherwise. */
export interface KeptColumns {
  readonly aggregate_type: string;
  readonly fingerprint: string;
  readonly definition: string;
  readonly upcast_from: string;
}

/** A row as {@link findSchemasSql} selects it. */
export interface FoundRow extends KeptColumns {
  readonly event_type: string;
  readonly event_version: number;
}

/** What {@link keepSchemasSql} answers for each schema given; all `null` where what is kept does not show yet. */
export type KeptRow = KeptColumns | { readonly [Column in keyof KeptColumns]: null };

/** Selects all that is kept of some event types. */
export function findSchemasSql({ path }: EventTable): string {
  return `
    select event_type, event_version, aggregate_type, fingerprint, definition::text as definition,
      upcast_from::text as upcast_from
    from ${path} where event_type = any($1::text[])`;
}

/**
 * One statement that keeps what is not kept yet, and answers for each schema given, in this order, what is kept.
 *
 * What is there when it begins and what it adds itself it can see; not what others commit while it runs. Rows are
 * added in the order of their keys, so that several who keep the same schemas do not deadlock.
 */
export function keepSchemasSql({ path }: EventTable): string {
  return `
    with given as materialized (
      select * from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[])
        with ordinality as g (event_type, event_version, aggregate_type, fingerprint, definition, upcast_from, n)
    ), added as (
      insert into ${path} (event_type, event_version, aggregate_type, fingerprint, definition, upcast_from)
      select event_type, event_version, aggregate_type, fingerprint, definition::json, upcast_from::json
      from given order by event_type, event_version, n
      on conflict (event_type, event_version) do nothing
      returning event_type, event_version, aggregate_type, fingerprint, definition, upcast_from
    )
    select coalesce(a.aggregate_type, k.aggregate_type) as aggregate_type,
      coalesce(a.fingerprint, k.fingerprint) as fingerprint,
      coalesce(a.definition, k.definition)::text as definition,
      coalesce(a.upcast_from, k.upcast_from)::text as upcast_from
    from given g
    left join added a on a.event_type = g.event_type and a.event_version = g.event_version
    left join ${path} k on k.event_type = g.event_type and k.event_version = g.event_version
    order by g.n`;
}
