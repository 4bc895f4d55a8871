import avro from 'avsc';

import type { AvroType } from './avsc.js';
import { ENVELOPE_FIELDS } from './envelope-fields.js';
import { isJsonObject } from './json-object.js';
import { StrictRecord } from './strict-types.js';

/**
 * Payloads of one schema as Avro binary.
 *
 * Fields of the envelope that the schema names, such as `entity_id`, are left out: they stand in columns of their own.
 */
export class PayloadCodec {
  readonly #type: AvroType;

  /** @param definition what the type was compiled from. */
  constructor(type: AvroType, definition: unknown) {
    this.#type = withoutEnvelope(type, definition);
  }

  /** @throws Error for some payloads that are none of the schema; others come back as something else. */
  encode(payload: Readonly<Record<string, unknown>>): Buffer {
    return this.#type.toBuffer(payload);
  }

  /** @throws Error for bytes that are no value of the schema, in the form of a clause. */
  decode(bytes: Buffer): Record<string, unknown> {
    return this.#type.fromBuffer(bytes) as Record<string, unknown>;
  }
}

function withoutEnvelope(type: AvroType, definition: unknown): AvroType {
  if (!(type instanceof avro.types.RecordType)) throw new TypeError('the schema of an event is a record');
  if (!type.fields.some(({ name }) => ENVELOPE_FIELDS.has(name))) return type;
  const defaults = isJsonObject(definition) ? definition['fields'] : undefined;
  const fields = type.fields.flatMap(({ name, type: ofField }, index) => {
    if (ENVELOPE_FIELDS.has(name)) return [];
    const field: unknown = Array.isArray(defaults) ? defaults[index] : undefined;
    const preset = isJsonObject(field) && 'default' in field ? { default: field['default'] } : {};
    return [{ name, type: ofField, ...preset }];
  });
  return new StrictRecord({ type: 'record', name: type.name, fields });
}
