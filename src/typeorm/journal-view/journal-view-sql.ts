import { ENVELOPE_FIELDS } from '../../schema/index.js';
import type { EventTable } from '../event-tables.js';
import { avroScalarsSql } from './avro-scalars-sql.js';
import { avroValuesSql } from './avro-values-sql.js';

/** The functions behind the view; the first are used by none of those that follow. */
export const JOURNAL_VIEW_FUNCTIONS: readonly string[] = [
  'event_avro_payload',
  'event_avro_value',
  'event_avro_kind',
  'event_avro_type',
  'event_avro_names',
  'event_avro_name',
  'event_avro_date',
  'event_avro_decimal',
  'event_avro_float',
  'event_avro_bytes',
  'event_avro_long',
];

/** The view of the journal with all payloads as JSON, quoted for SQL: `"app"."event_journal_json"`. */
export function journalView({ name, schemaPrefix }: EventTable): string {
  return `${schemaPrefix}"${`${name}_json`.replaceAll('"', '""')}"`;
}

/** Statements that create, or create anew, the view of the journal with all payloads as JSON, and what it needs. */
export function createJournalViewSql(journal: EventTable, schemas: EventTable): readonly string[] {
  const prefix = journal.schemaPrefix;
  const envelope = [...ENVELOPE_FIELDS].map((name) => `'${name}'`).join(', ');
  return [
    ...avroScalarsSql(prefix),
    ...avroValuesSql(prefix),

    // What the bytes do not say stands beside them, in event_data_types; see Amendment.
    `create or replace function ${prefix}event_avro_payload(definition json, bytes bytea, types jsonb, version int)
      returns jsonb language plpgsql immutable as $$
    declare
      whole jsonb;
      payload jsonb;
      place int;
      value jsonb;
      pointer text[];
      entry record;
    begin
      -- What jsonb cannot hold is only in texts that do not matter here, such as defaults: it is made other text.
      whole := regexp_replace(replace(definition::text, '\\u0000', '\\u0001'), '\\\\ud([89a-f])', '\\\\ue\\1', 'g');
      payload := jsonb_set(whole, '{fields}', coalesce((
        select jsonb_agg(field order by n) from jsonb_array_elements(whole -> 'fields') with ordinality as f (field, n)
        where field ->> 'name' not in (${envelope})
      ), '[]'));
      select r.place, r.value into place, value
      from ${prefix}event_avro_value(payload, ${prefix}event_avro_names(whole), bytes, 0) r;
      if place <> length(bytes) then
        raise exception 'bytes go on behind the payload' using errcode = 'data_corrupted';
      end if;
      for entry in select * from jsonb_each_text(types) loop
        pointer := array(
          select replace(replace(key, '~1', '/'), '~0', '~')
          from unnest((string_to_array(entry.key, '/'))[2:]) with ordinality as k (key, n) order by n
        );
        value := case entry.value
          when 'absent' then value #- pointer
          when 'version' then jsonb_set(value, pointer, to_jsonb(version))
          else jsonb_set(value, pointer, to_jsonb(value #>> pointer)) end;
      end loop;
      return value;
    exception when others then
      return null;
    end $$`,

    `create or replace view ${journalView(journal)} as
      select j.position, j.create_date, j.aggregate_version, j.event_version, j.event_id, j.event_type,
        j.aggregate_type, j.aggregate_id,
        case when j.event_bytes is null then j.event_data
          else ${prefix}event_avro_payload(s.definition, j.event_bytes, j.event_data_types, j.event_version)
        end as event_data,
        coalesce(j.metadata, '{}') || jsonb_strip_nulls(
          jsonb_build_object('correlationId', j.correlation_id, 'causationId', j.causation_id)) as metadata
      from ${journal.path} j
      left join ${schemas.path} s
        on j.event_bytes is not null and s.event_type = j.event_type and s.event_version = j.event_version`,
  ];
}
