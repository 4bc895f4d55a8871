import { AvroFixed, buildType } from './avsc.js';
import type { AvroType, BuildOptions } from './avsc.js';
import { LONG } from './int64.js';
import { isJsonObject } from './json-object.js';
import type { JsonObject } from './json-object.js';
import { buildLogicalType } from './logical-types.js';
import {
  FiniteDouble,
  FiniteFloat,
  StrictEnum,
  StrictMap,
  StrictRecord,
  StrictString,
} from './strict-types.js';
import { buildUnion } from './union-types.js';

const PRIMITIVES: ReadonlyMap<unknown, AvroType> = new Map<unknown, AvroType>([
  ['long', LONG],
  ['float', new FiniteFloat(undefined)],
  ['double', new FiniteDouble(undefined)],
  ['string', new StrictString(undefined)],
]);

/** A schema that Avro's rules forbid; `path` is the field, if one is to blame. */
export class NotAvro extends Error {
  constructor(
    message: string,
    readonly path: string,
  ) {
    super(message);
  }
}

/**
 * Builds the type that checks, encodes and decodes the values of a closed schema.
 *
 * @throws NotAvro if the schema breaks a rule of Avro
 */
export function compileSchema(definition: unknown): AvroType {
  return new SchemaCompiler().compile(definition);
}

class SchemaCompiler {
  #root: unknown;
  #defaultOf = '';

  compile(definition: unknown): AvroType {
    this.#root = definition;
    const registry = Object.create(null) as Record<string, AvroType>;
    const options: BuildOptions = {
      registry,
      typeHook: (schema, current) => this.#build(schema, current),
      omitRecordMethods: true,
      noAnonymousTypes: true,
    };
    try {
      return buildType(definition, options);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new NotAvro(message, message.startsWith('incompatible field default') ? this.#defaultOf : '');
    }
  }

  /** Answers our own type for what avsc is too lenient with, `undefined` to leave the rest to avsc. */
  #build(schema: unknown, options: BuildOptions): AvroType | undefined {
    if (typeof schema === 'string') return PRIMITIVES.get(schema);
    if (Array.isArray(schema)) {
      return buildUnion(
        schema.map((branch) => buildType(branch, options)),
        options,
      );
    }
    if (!isJsonObject(schema)) return undefined;
    if (schema['logicalType'] !== undefined) return this.#buildLogical(schema, options);
    switch (schema['type']) {
      case 'record':
        return new StrictRecord(this.#watchDefaults(schema), options);
      case 'enum':
        return new StrictEnum(schema, options);
      case 'map':
        return new StrictMap(schema, options);
      default:
        return PRIMITIVES.get(schema['type']);
    }
  }

  #buildLogical(schema: JsonObject, options: BuildOptions): AvroType {
    const { logicalType: _, ...plain } = schema;
    if (plain['type'] !== 'fixed') return buildLogicalType(schema, buildType(plain['type'], options));
    const underlying = new AvroFixed(plain, options);
    const type = buildLogicalType(schema, underlying);
    if (underlying.name !== undefined) options.registry[underlying.name] = type;
    return type;
  }

  /** avsc does not say which field a wrong default belongs to, so note which one it looks at. */
  #watchDefaults(schema: JsonObject): JsonObject {
    const fields: unknown[] = Array.isArray(schema['fields']) ? schema['fields'] : [];
    const watched = fields.map((field) => {
      if (!isJsonObject(field) || field['default'] === undefined) return field;
      const note = (): void => {
        const record = schema === this.#root ? '' : `${String(schema['name'])}.`;
        this.#defaultOf = record + String(field['name']);
      };
      return Object.defineProperty({ ...field }, 'default', {
        get() {
          note();
          return field['default'];
        },
      });
    });
    return { ...schema, fields: watched };
  }
}
