import avro from 'avsc';

import type { AvroType } from './avsc.js';
import { EnvelopeFields } from './envelope-fields.js';
import type { EnvelopeFacts } from './envelope-fields.js';
import { PayloadCodec } from './payload-codec.js';
import { findMismatches } from './payload-mismatches.js';
import type { Mismatch } from './payload-mismatches.js';
import { schemaFingerprint } from './schema-fingerprint.js';
import type { SchemaProblem } from './schema-problem.js';
import { schemaTree } from './schema-tree.js';
import type { RecordNode } from './schema-tree.js';

/** Which schema it is, and where it comes from. */
export interface EventSchemaFacts {
  aggregateType: string;
  eventType: string;
  version: number;
  /** The file, as a user would type its path. */
  file: string;
  /** The schema with every reference resolved. */
  definition: unknown;
}

/** One version of one event's schema, compiled. */
export class EventSchema {
  /** The aggregate's type, e.g. `'todo'`. */
  readonly aggregateType: string;

  /** The event's type, e.g. `'todo_created'`. */
  readonly eventType: string;

  /** The version, from 1. */
  readonly version: number;

  /** The file, as a user would type its path. */
  readonly file: string;

  /** The schema as JSON; types that other files define are part of it. */
  readonly definition: unknown;

  readonly #type: AvroType;
  readonly #envelopeFields: EnvelopeFields;
  readonly #options: { noUndeclaredFields: boolean };
  #codec: PayloadCodec | undefined;
  #tree: RecordNode | undefined;
  #fingerprint: string | undefined;

  /** @internal Schemas come out of a `SchemaRegistry`. */
  constructor(facts: EventSchemaFacts, type: AvroType, allowUndeclaredFields: boolean) {
    this.aggregateType = facts.aggregateType;
    this.eventType = facts.eventType;
    this.version = facts.version;
    this.file = facts.file;
    this.definition = facts.definition;
    this.#type = type;
    this.#envelopeFields = new EnvelopeFields(type instanceof avro.types.RecordType ? type.fields : []);
    this.#options = { noUndeclaredFields: !allowUndeclaredFields };
  }

  /** The schema as a tree, with all names resolved. */
  get tree(): RecordNode {
    return (this.#tree ??= schemaTree(this.definition) as RecordNode);
  }

  /** The SHA-256 of what the schema means, in hexadecimal: docs, layout and attributes of one's own do not count. */
  get fingerprint(): string {
    return (this.#fingerprint ??= schemaFingerprint(this.tree));
  }

  /** Payloads of this version as Avro binary. */
  get codec(): PayloadCodec {
    return (this.#codec ??= new PayloadCodec(this.#type, this.definition));
  }

  /**
   * Checks a payload and answers everything that is wrong with it, nothing if it is valid.
   *
   * Fields of the envelope that the schema names, such as `entity_id`, are filled in from `envelope` unless the
   * payload has them. Never throws, even for a payload that contains itself.
   *
   * @param options how strict to be; by default as `schemas.allowUndeclaredFields` says.
   */
  check(
    payload: Readonly<Record<string, unknown>>,
    envelope: EnvelopeFacts,
    options: { noUndeclaredFields: boolean } = this.#options,
  ): SchemaProblem[] {
    try {
      const value = this.#envelopeFields.fill(payload, envelope, this.version);
      if (this.#type.isValid(value, options)) return [];
      return this.#explain(value, options);
    } catch {
      return this.#explain(payload, options);
    }
  }

  #explain(
    value: Readonly<Record<string, unknown>>,
    { noUndeclaredFields }: { noUndeclaredFields: boolean },
  ): SchemaProblem[] {
    let mismatches: Mismatch[] = [];
    try {
      mismatches = findMismatches(this.#type, value, !noUndeclaredFields);
    } catch {
      // A getter threw, or a proxy; the problem below stands for it.
    }
    if (mismatches.length > 0) return mismatches.map((mismatch) => this.#problem(mismatch));
    const why = 'A property cannot be read, or the values go round in a circle';
    return [
      this.#problem({ path: '', expected: 'a payload of plain values', got: 'one that cannot be read', why }),
    ];
  }

  #problem({ path, expected, got, why }: Mismatch): SchemaProblem {
    const { aggregateType: aggregate, eventType: event, version, file } = this;
    const place = path === '' ? 'the payload' : path;
    const reason = why === undefined ? '' : ` ${why}.`;
    const cure = `Correct the event, or add a version of the schema ${file}.`;
    return {
      code: 'PAYLOAD_MISMATCH',
      message: `${event} (version ${version}): ${place}: expected ${expected}, got ${got}.${reason} ${cure}`,
      file,
      aggregate,
      event,
      version,
      path,
      expected,
      got,
    };
  }
}
