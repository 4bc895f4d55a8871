/**
 * Functions that read values of any type out of Avro binary, as the JSON that `event_data` would hold of them.
 *
 * @param prefix what stands before the names of functions: a schema, or nothing.
 */
export function avroValuesSql(prefix: string): readonly string[] {
  return [
    // Every named type that a schema defines, by its full name.
    `create or replace function ${prefix}event_avro_names(node jsonb) returns jsonb
      language plpgsql immutable strict as $$
    declare
      part jsonb;
      names jsonb := '{}';
    begin
      if jsonb_typeof(node) = 'array' then
        for part in select jsonb_array_elements(node) loop
          names := names || ${prefix}event_avro_names(part);
        end loop;
      elsif jsonb_typeof(node) = 'object' then
        if node ? 'name' and node ->> 'type' in ('record', 'enum', 'fixed') then
          names := jsonb_build_object(${prefix}event_avro_name(node), node);
        end if;
        for part in select node -> key from unnest(array['type', 'items', 'values']) as key where node ? key loop
          names := names || ${prefix}event_avro_names(part);
        end loop;
        if jsonb_typeof(node -> 'fields') = 'array' then
          for part in select field -> 'type' from jsonb_array_elements(node -> 'fields') as field loop
            names := names || ${prefix}event_avro_names(part);
          end loop;
        end if;
      end if;
      return names;
    end $$`,

    `create or replace function ${prefix}event_avro_name(node jsonb) returns text
      language sql immutable strict as $$
      select concat_ws('.', nullif(node ->> 'namespace', ''), node ->> 'name')
    $$`,

    // A type without indirections: its name for a primitive, else an object.
    `create or replace function ${prefix}event_avro_type(node jsonb, names jsonb) returns jsonb
      language plpgsql immutable strict as $$
    begin
      loop
        if jsonb_typeof(node) = 'string' and names ? ltrim(node #>> '{}', '.') then
          node := names -> ltrim(node #>> '{}', '.');
        elsif jsonb_typeof(node) = 'object' and (jsonb_typeof(node -> 'type') <> 'string'
            or names ? ltrim(node ->> 'type', '.')) then
          node := node -> 'type';
        elsif jsonb_typeof(node) = 'string' then
          return jsonb_build_object('type', node);
        else
          return node;
        end if;
      end loop;
    end $$`,

    // What tells the branches of a union apart; see valueKindOf.
    `create or replace function ${prefix}event_avro_kind(node jsonb) returns text
      language sql immutable strict as $$
      select case
        when node ->> 'logicalType' in ('decimal', 'uuid') then 'string'
        when node ->> 'logicalType' like '%timestamp-%' or node ->> 'logicalType' = 'date' then 'date'
        when node ->> 'type' in ('int', 'long', 'float', 'double') then 'number'
        when node ->> 'type' = 'enum' then 'string'
        when node ->> 'type' in ('bytes', 'fixed') then 'buffer'
        when node ->> 'type' in ('record', 'map') then 'object'
        else node ->> 'type' end
    $$`,

    `create or replace function ${prefix}event_avro_value(node jsonb, names jsonb, bytes bytea, inout place int,
      out value jsonb) language plpgsql immutable strict as $$
    declare
      shape jsonb := case jsonb_typeof(node) when 'array' then node else ${prefix}event_avro_type(node, names) end;
      kind text := case jsonb_typeof(shape) when 'array' then 'union' else shape ->> 'type' end;
      logical text := shape ->> 'logicalType';
      number bigint;
      content bytea;
      keys text[] := '{}';
      parts jsonb[] := '{}';
      part jsonb;
      is_wrapped boolean;
    begin
      case kind
        when 'null' then
          value := 'null';
        when 'boolean' then
          value := to_jsonb(get_byte(bytes, place) > 0);
          place := place + 1;
        when 'int', 'long' then
          select r.place, r.value into place, number from ${prefix}event_avro_long(bytes, place) r;
          value := case
            when logical = 'date' then to_jsonb(${prefix}event_avro_date(number * 86400000))
            when logical like '%timestamp-millis' then to_jsonb(${prefix}event_avro_date(number))
            when logical like '%timestamp-micros' then
              to_jsonb(${prefix}event_avro_date(floor(number / 1000.0)::bigint))
            when abs(number::numeric) > 9007199254740991 then to_jsonb(number::text)
            else to_jsonb(number) end;
        when 'float', 'double' then
          select r.place, to_jsonb(r.value) into place, value
          from ${prefix}event_avro_float(bytes, place, case kind when 'float' then 4 else 8 end) r;
        when 'bytes', 'string', 'fixed' then
          if kind = 'fixed' then
            number := (shape ->> 'size')::bigint;
          else
            select r.place, r.value into place, number from ${prefix}event_avro_long(bytes, place) r;
          end if;
          select r.place, r.value into place, content from ${prefix}event_avro_bytes(bytes, place, number) r;
          value := to_jsonb(case
            when kind = 'string' then convert_from(content, 'UTF8')
            when logical = 'decimal' then
              ${prefix}event_avro_decimal(content, coalesce((shape ->> 'scale')::int, 0))
            when logical = 'uuid' then encode(content, 'hex')::uuid::text
            else translate(encode(content, 'base64'), E'\\n', '') end);
        when 'enum' then
          select r.place, shape -> 'symbols' -> r.value::int into place, value
          from ${prefix}event_avro_long(bytes, place) r;
        when 'array', 'map' then
          loop
            select r.place, r.value into place, number from ${prefix}event_avro_long(bytes, place) r;
            exit when number = 0;
            if number < 0 then
              place := (${prefix}event_avro_long(bytes, place)).place;
            end if;
            for index in 1 .. abs(number) loop
              if kind = 'map' then
                select r.place, r.value into place, part
                from ${prefix}event_avro_value('"string"', names, bytes, place) r;
                keys := keys || (part #>> '{}');
              end if;
              select r.place, r.value into place, part
              from ${prefix}event_avro_value(shape -> case kind when 'map' then 'values' else 'items' end, names, bytes, place) r;
              parts := parts || part;
            end loop;
          end loop;
          value := to_jsonb(parts);
        when 'record' then
          for part in select jsonb_array_elements(shape -> 'fields') loop
            keys := keys || (part ->> 'name');
            select r.place, r.value into place, part
            from ${prefix}event_avro_value(part -> 'type', names, bytes, place) r;
            parts := parts || part;
          end loop;
        when 'union' then
          select r.place, shape -> r.value::int into place, part from ${prefix}event_avro_long(bytes, place) r;
          part := ${prefix}event_avro_type(part, names);
          select r.place, r.value into place, value from ${prefix}event_avro_value(part, names, bytes, place) r;
          select count(*) > count(distinct ${prefix}event_avro_kind(${prefix}event_avro_type(branch, names)))
            into is_wrapped from jsonb_array_elements(shape) as branch;
          if is_wrapped and value <> 'null' then
            value := jsonb_build_object(
              case when part ? 'name' then ${prefix}event_avro_name(part) else part ->> 'type' end, value);
          end if;
      end case;
      if kind in ('map', 'record') then
        select coalesce(jsonb_object_agg(m.key, m.part), '{}') into value from unnest(keys, parts) as m (key, part);
      end if;
      if value is null then
        raise exception 'no value of the type %', kind using errcode = 'data_corrupted';
      end if;
    end $$`,
  ];
}
