/**
 * Functions that read what has no parts of its own out of Avro binary. Each is given the bytes and a place in them, and
 * answers the place behind.
 *
 * @param prefix what stands before the names of functions: a schema, or nothing.
 */
export function avroScalarsSql(prefix: string): readonly string[] {
  return [
    // A varint, zigzag: the shift to the right has to bring in zeros.
    `create or replace function ${prefix}event_avro_long(bytes bytea, inout place int, out value bigint)
      language plpgsql immutable strict as $$
    declare
      byte int;
      shift int := 0;
    begin
      value := 0;
      loop
        byte := get_byte(bytes, place);
        value := value | ((byte & 127)::bigint << shift);
        place := place + 1;
        shift := shift + 7;
        exit when byte < 128;
      end loop;
      value := ((value >> 1) & 9223372036854775807) # -(value & 1);
    end $$`,

    `create or replace function ${prefix}event_avro_bytes(bytes bytea, inout place int, size bigint, out value bytea)
      language plpgsql immutable strict as $$
    begin
      if size < 0 or place + size > length(bytes) then
        raise exception 'bytes end too early' using errcode = 'data_corrupted';
      end if;
      value := substring(bytes from place + 1 for size::int);
      place := place + size::int;
    end $$`,

    // IEEE 754, little-endian. Powers of two are exact.
    `create or replace function ${prefix}event_avro_float(bytes bytea, inout place int, size int, out value float8)
      language plpgsql immutable strict as $$
    declare
      bits bigint := 0;
      digits int := case size when 4 then 23 else 52 end;
      bias int := case size when 4 then 127 else 1023 end;
      exponent int;
      fraction bigint;
    begin
      for index in 0 .. size - 1 loop
        bits := bits | (get_byte(bytes, place + index)::bigint << (8 * index));
      end loop;
      place := place + size;
      fraction := bits & ((1::bigint << digits) - 1);
      exponent := (bits >> digits) & (2 * bias + 1);
      if exponent > 0 then
        fraction := fraction | (1::bigint << digits);
      end if;
      value := fraction::float8 * power(2::float8, greatest(exponent, 1) - bias - digits);
      if (bits >> (8 * size - 1)) & 1 = 1 then
        value := -value;
      end if;
    end $$`,

    `create or replace function ${prefix}event_avro_decimal(bytes bytea, scale int) returns text
      language plpgsql immutable strict as $$
    declare
      value numeric := 0;
      beyond numeric := 1;
      digits text;
    begin
      for index in 0 .. length(bytes) - 1 loop
        value := value * 256 + get_byte(bytes, index);
        beyond := beyond * 256;
      end loop;
      if length(bytes) > 0 and get_byte(bytes, 0) > 127 then
        value := value - beyond;
      end if;
      digits := abs(value)::text;
      digits := lpad(digits, greatest(length(digits), scale + 1), '0');
      return case when value < 0 then '-' else '' end || left(digits, length(digits) - scale)
        || case when scale > 0 then '.' || right(digits, scale) else '' end;
    end $$`,

    // As JavaScript's Date writes it; its years reach further back than those of timestamptz.
    `create or replace function ${prefix}event_avro_date(milliseconds bigint) returns text
      language plpgsql immutable strict as $$
    declare
      days bigint := floor(milliseconds / 86400000.0);
      rest bigint := milliseconds - days * 86400000;
      era bigint := floor((days + 719468) / 146097.0);
      day int := days + 719468 - era * 146097;
      year_of_era int := (day - day / 1460 + day / 36524 - day / 146096) / 365;
      day_of_year int := day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
      month_from_march int := (5 * day_of_year + 2) / 153;
      month int := (month_from_march + 2) % 12 + 1;
      year bigint := year_of_era + era * 400 + case when month <= 2 then 1 else 0 end;
    begin
      if abs(milliseconds) > 8640000000000000 then
        raise exception 'no date' using errcode = 'data_corrupted';
      end if;
      return case when year between 0 and 9999 then lpad(year::text, 4, '0')
          else case when year < 0 then '-' else '+' end || lpad(abs(year)::text, 6, '0') end
        || '-' || lpad(month::text, 2, '0')
        || '-' || lpad((day_of_year - (153 * month_from_march + 2) / 5 + 1)::text, 2, '0')
        || 'T' || lpad((rest / 3600000)::text, 2, '0')
        || ':' || lpad((rest / 60000 % 60)::text, 2, '0')
        || ':' || lpad((rest / 1000 % 60)::text, 2, '0')
        || '.' || lpad((rest % 1000)::text, 3, '0') || 'Z';
    end $$`,
  ];
}
