import { AvroFixed, buildType } from './avsc.js';
import type { AvroType, BuildOptions } from './avsc.js';
import { joinPath } from './field-path.js';
import { LONG } from './int64.js';
import { isJsonObject } from './json-object.js';
import type { JsonObject } from './json-object.js';
import { buildLogicalType } from './logical-types.js';
import {
  FiniteDouble,
  FiniteFloat,
  StrictArray,
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

/** How many wrong defaults are looked for in one schema. */
const MOST_DEFAULTS = 100;

/** One way in which a schema breaks a rule of Avro. */
export interface AvroFault {
  /** What avsc says of it. */
  readonly what: string;
  /** The field whose default is not of its type; `undefined` for whatever else is wrong. */
  readonly path?: string | undefined;
}

/** A schema that Avro's rules forbid. */
export class NotAvro extends Error {
  constructor(readonly faults: readonly AvroFault[]) {
    super(faults.map(({ what }) => what).join('; '));
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
  /** The field whose default avsc looks at. */
  #field: JsonObject | undefined;
  /** What is wrong with the defaults of fields. */
  readonly #wrong = new Map<JsonObject, string>();

  compile(definition: unknown): AvroType {
    const result = this.#compileWithoutWrong(definition);
    if (typeof result !== 'string' && this.#wrong.size === 0) return result;
    const defaults = [...fieldsWithin(definition)].flatMap(({ field, path }) => {
      const what = this.#wrong.get(field);
      return what === undefined ? [] : { what, path };
    });
    throw new NotAvro(typeof result === 'string' ? [...defaults, { what: result }] : defaults);
  }

  /** Notes the defaults that are wrong. @returns the type as if they were not there, or what else is wrong */
  #compileWithoutWrong(definition: unknown): AvroType | string {
    for (;;) {
      try {
        return this.#compile(definition);
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error);
        const isDefault = what.startsWith('incompatible field default');
        if (!isDefault || !this.#field || this.#wrong.size === MOST_DEFAULTS) return what;
        this.#wrong.set(this.#field, what);
      }
    }
  }

  #compile(definition: unknown): AvroType {
    return buildType(definition, {
      registry: Object.create(null) as Record<string, AvroType>,
      typeHook: (schema, current) => this.#build(schema, current),
      omitRecordMethods: true,
      noAnonymousTypes: true,
    });
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
      case 'array':
        return new StrictArray(schema, options);
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
      const look = (): unknown => {
        if (this.#wrong.has(field)) return undefined;
        this.#field = field;
        return field['default'];
      };
      return Object.defineProperty({ ...field }, 'default', { get: look });
    });
    return { ...schema, fields: watched };
  }
}

/** Every field in a closed schema with its path, in order. */
function* fieldsWithin(node: unknown, path = ''): Generator<{ field: JsonObject; path: string }> {
  if (Array.isArray(node)) {
    for (const branch of node) yield* fieldsWithin(branch, path);
  } else if (isJsonObject(node)) {
    yield* fieldsWithin(node['items'], `${path}[]`);
    yield* fieldsWithin(node['values'], `${path}{}`);
    const fields: unknown[] = Array.isArray(node['fields']) ? node['fields'] : [];
    for (const field of fields.filter(isJsonObject)) {
      const inner = joinPath(path, String(field['name']));
      yield { field, path: inner };
      yield* fieldsWithin(field['type'], inner);
    }
  }
}
