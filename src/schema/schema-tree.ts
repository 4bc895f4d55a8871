import { PRIMITIVES, qualify } from './avro-names.js';
import { isJsonObject } from './json-object.js';
import type { JsonObject } from './json-object.js';

/** A logical type with what tells it from others of its name. */
export interface LogicalTypeNode {
  /** Such as `'timestamp-millis'` or `'decimal'`. */
  readonly name: string;
  /** Of a decimal: its digits. */
  readonly precision?: number;
  /** Of a decimal: its digits after the point. */
  readonly scale?: number;
}

/** What records, enums and fixed have in common. */
export interface NamedNode {
  /** The full name, with the namespace where it has one. */
  readonly name: string;
  /** The name without the namespace. */
  readonly simpleName: string;
  /** Earlier full names. */
  readonly aliases: readonly string[];
  readonly doc?: string;
}

/** A type without parts or name. */
export interface PrimitiveNode {
  readonly kind: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';
  readonly logical?: LogicalTypeNode;
}

/** A number of bytes that is always the same. */
export interface FixedNode extends NamedNode {
  readonly kind: 'fixed';
  readonly size: number;
  readonly logical?: LogicalTypeNode;
}

/** One of several symbols. */
export interface EnumNode extends NamedNode {
  readonly kind: 'enum';
  readonly symbols: readonly string[];
  /** What a symbol that is not listed is read as. */
  readonly default?: string;
}

/** A list of values of one type. */
export interface ArrayNode {
  readonly kind: 'array';
  readonly items: SchemaNode;
}

/** Values of one type under any keys. */
export interface MapNode {
  readonly kind: 'map';
  readonly values: SchemaNode;
}

/** A value of one of several types. */
export interface UnionNode {
  readonly kind: 'union';
  readonly branches: readonly SchemaNode[];
}

/** A field of a record. */
export interface FieldNode {
  readonly name: string;
  /** Earlier names. */
  readonly aliases: readonly string[];
  readonly type: SchemaNode;
  readonly doc?: string;
  /** Set if there is a default; `json` is how the schema spells it. */
  readonly default?: { readonly json: unknown };
}

/** Named fields. */
export interface RecordNode extends NamedNode {
  readonly kind: 'record';
  readonly fields: readonly FieldNode[];
}

/** A part of a schema, with all names resolved. A type that contains itself is a circle of nodes. */
export type SchemaNode = PrimitiveNode | FixedNode | EnumNode | ArrayNode | MapNode | UnionNode | RecordNode;

/**
 * Makes the tree of a schema that stands on its own, as `EventSchema.definition` does.
 *
 * @throws Error if the definition is none that `closeSchema` and `compileSchema` accept
 */
export function schemaTree(definition: unknown): SchemaNode {
  return new TreeBuilder().build(definition, '');
}

type Mutable<Node> = { -readonly [Key in keyof Node]: Node[Key] };

class TreeBuilder {
  readonly #named = new Map<string, SchemaNode>();

  build(schema: unknown, namespace: string): SchemaNode {
    if (typeof schema === 'string') return this.#reference(schema, namespace);
    if (Array.isArray(schema)) {
      return { kind: 'union', branches: schema.map((branch) => this.build(branch, namespace)) };
    }
    if (!isJsonObject(schema)) throw new Error(`no schema: ${JSON.stringify(schema)}`);
    switch (schema['type']) {
      case 'record':
        return this.#record(schema, namespace);
      case 'enum':
        return this.#enum(schema, namespace);
      case 'fixed':
        return this.#fixed(schema, namespace);
      case 'array':
        return { kind: 'array', items: this.build(schema['items'], namespace) };
      case 'map':
        return { kind: 'map', values: this.build(schema['values'], namespace) };
      default:
        return { ...this.build(schema['type'], namespace), ...logicalOf(schema) };
    }
  }

  #reference(name: string, namespace: string): SchemaNode {
    if (PRIMITIVES.has(name)) return { kind: name as PrimitiveNode['kind'] };
    const bare = name.replace(/^\./, '');
    const qualified = bare === name ? qualify(name, undefined, namespace).full : bare;
    const found = this.#named.get(qualified) ?? this.#named.get(bare);
    if (!found) throw new Error(`no type of the name ${name}`);
    return found;
  }

  #record(schema: JsonObject, around: string): RecordNode {
    const { named, namespace } = namedOf(schema, around);
    const fields: FieldNode[] = [];
    const node: RecordNode = { kind: 'record', ...named, fields };
    this.#named.set(node.name, node);
    for (const field of listOf(schema['fields']).filter(isJsonObject)) {
      fields.push(this.#field(field, namespace));
    }
    return node;
  }

  #field(field: JsonObject, namespace: string): FieldNode {
    const node: Mutable<FieldNode> = {
      name: String(field['name']),
      aliases: listOf(field['aliases']).map(String),
      type: this.build(field['type'], namespace),
    };
    if (typeof field['doc'] === 'string') node.doc = field['doc'];
    if (field['default'] !== undefined) node.default = { json: field['default'] };
    return node;
  }

  #enum(schema: JsonObject, around: string): EnumNode {
    const symbols = listOf(schema['symbols']).map(String);
    const node: Mutable<EnumNode> = { kind: 'enum', ...namedOf(schema, around).named, symbols };
    if (typeof schema['default'] === 'string') node.default = schema['default'];
    this.#named.set(node.name, node);
    return node;
  }

  #fixed(schema: JsonObject, around: string): FixedNode {
    const size = Number(schema['size']);
    const node: FixedNode = {
      kind: 'fixed',
      ...namedOf(schema, around).named,
      size,
      ...logicalOf(schema),
    };
    this.#named.set(node.name, node);
    return node;
  }
}

function namedOf(schema: JsonObject, around: string): { named: NamedNode; namespace: string } {
  const { full, namespace, simple } = qualify(String(schema['name']), schema['namespace'], around);
  const named: Mutable<NamedNode> = {
    name: full,
    simpleName: simple,
    aliases: listOf(schema['aliases']).map((alias) => qualify(String(alias), undefined, namespace).full),
  };
  if (typeof schema['doc'] === 'string') named.doc = schema['doc'];
  return { named, namespace };
}

function logicalOf(schema: JsonObject): { logical?: LogicalTypeNode } {
  const { logicalType, precision, scale } = schema;
  if (typeof logicalType !== 'string') return {};
  if (logicalType !== 'decimal') return { logical: { name: logicalType } };
  return { logical: { name: logicalType, precision: Number(precision), scale: Number(scale ?? 0) } };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
