import type { FieldNode, LogicalTypeNode, SchemaNode } from '../../schema/index.js';
import type { NamedTypeNode } from '../named-types.js';

type Definition = Record<string, unknown>;

/**
 * Writes a type as Avro that any tool parses: each type is spelled out at its first use, and named in full later.
 *
 * Inside a namespace, Avro cannot refer to a type that has none. If the type needs that, all types without a namespace
 * get one. Earlier names in another namespace are left out: the Avro schema of AsyncAPI takes only simple ones.
 */
export function plainAvro(type: NamedTypeNode): Definition {
  const writer = new AvroWriter('');
  const definition = writer.define(type, '');
  if (writer.unsayable === undefined) return definition;
  return new AvroWriter(freeNamespace(writer.unsayable, writer.names)).define(type, '');
}

class AvroWriter {
  /** The namespace from which a type without one was referred to, if any was. */
  unsayable: string | undefined;
  readonly #written = new Set<NamedTypeNode>();

  /** @param otherwise the namespace of types that have none. */
  constructor(private readonly otherwise: string) {}

  get names(): Set<string> {
    return new Set([...this.#written].map(({ name }) => name));
  }

  define(node: NamedTypeNode, around: string): Definition {
    this.#written.add(node);
    const namespace = this.#namespaceOf(node);
    const definition: Definition = { type: node.kind, name: node.simpleName };
    if (namespace !== around) definition['namespace'] = namespace;
    if (node.doc !== undefined) definition['doc'] = node.doc;
    const aliases = node.aliases.flatMap((alias) => simpleAlias(alias, node));
    if (aliases.length > 0) definition['aliases'] = aliases;
    if (node.kind === 'record')
      definition['fields'] = node.fields.map((field) => this.#field(field, namespace));
    if (node.kind === 'enum') {
      definition['symbols'] = node.symbols;
      if (node.default !== undefined) definition['default'] = node.default;
    }
    if (node.kind === 'fixed')
      Object.assign(definition, { size: node.size, ...logicalAttributes(node.logical) });
    return definition;
  }

  #field({ name, doc, aliases, type, default: preset }: FieldNode, namespace: string): Definition {
    const field: Definition = { name };
    if (doc !== undefined) field['doc'] = doc;
    if (aliases.length > 0) field['aliases'] = aliases;
    field['type'] = this.#write(type, namespace);
    if (preset) field['default'] = preset.json;
    return field;
  }

  #write(node: SchemaNode, namespace: string): unknown {
    switch (node.kind) {
      case 'array':
        return { type: 'array', items: this.#write(node.items, namespace) };
      case 'map':
        return { type: 'map', values: this.#write(node.values, namespace) };
      case 'union':
        return node.branches.map((branch) => this.#write(branch, namespace));
      case 'record':
      case 'enum':
      case 'fixed':
        return this.#written.has(node) ? this.#reference(node, namespace) : this.define(node, namespace);
      default:
        return node.logical ? { type: node.kind, ...logicalAttributes(node.logical) } : node.kind;
    }
  }

  #reference(node: NamedTypeNode, around: string): string {
    const namespace = this.#namespaceOf(node);
    if (namespace === '' && around !== '') this.unsayable ??= around;
    return namespace === '' ? node.simpleName : `${namespace}.${node.simpleName}`;
  }

  #namespaceOf({ name }: NamedTypeNode): string {
    return namespaceOf(name) || this.otherwise;
  }
}

function logicalAttributes(logical: LogicalTypeNode | undefined): Definition {
  if (!logical) return {};
  const { name: logicalType, ...attributes } = logical;
  return { logicalType, ...attributes };
}

function simpleAlias(alias: string, { name }: NamedTypeNode): string[] {
  const namespace = namespaceOf(alias);
  return namespace === namespaceOf(name) ? [alias.slice(namespace === '' ? 0 : namespace.length + 1)] : [];
}

function namespaceOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

/** A namespace like the given one in which none of the types without a namespace meets one of its own name. */
function freeNamespace(like: string, names: ReadonlySet<string>): string {
  const homeless = [...names].filter((name) => !name.includes('.'));
  for (let count = 1; ; count += 1) {
    const namespace = count === 1 ? like : `${like}_${count}`;
    if (!homeless.some((name) => names.has(`${namespace}.${name}`))) return namespace;
  }
}
