import type { JsonObject } from './json-object.js';
import type { FieldNode, SchemaNode } from './schema-tree.js';

/**
 * A schema as JSON with all that decides how values are written and read, and nothing else.
 *
 * Two schemas mean the same when these are equal: names are full, a type is spelled out where it is first used, and
 * docs, the order attribute and attributes of one's own are gone.
 */
export function meaningOf(tree: SchemaNode): unknown {
  return new MeaningWriter().write(tree);
}

class MeaningWriter {
  readonly #written = new Set<SchemaNode>();

  write(node: SchemaNode): unknown {
    switch (node.kind) {
      case 'array':
        return { type: 'array', items: this.write(node.items) };
      case 'map':
        return { type: 'map', values: this.write(node.values) };
      case 'union':
        return node.branches.map((branch) => this.write(branch));
      case 'record':
      case 'enum':
      case 'fixed':
        return this.#writeNamed(node);
      default:
        return node.logical ? { type: node.kind, logicalType: node.logical } : node.kind;
    }
  }

  #writeNamed(node: Extract<SchemaNode, { name: string }>): unknown {
    if (this.#written.has(node)) return node.name;
    this.#written.add(node);
    const { kind: type, name } = node;
    const meaning: JsonObject = { type, name };
    if (node.aliases.length > 0) meaning['aliases'] = [...node.aliases].sort();
    if (node.kind === 'record') meaning['fields'] = node.fields.map((field) => this.#field(field));
    if (node.kind === 'enum') Object.assign(meaning, { symbols: node.symbols, default: node.default });
    if (node.kind === 'fixed') Object.assign(meaning, { size: node.size, logicalType: node.logical });
    return meaning;
  }

  #field({ name, aliases, type, default: preset }: FieldNode): unknown {
    const field: JsonObject = { name, type: this.write(type) };
    if (aliases.length > 0) field['aliases'] = [...aliases].sort();
    if (preset) field['default'] = preset.json;
    return field;
  }
}
