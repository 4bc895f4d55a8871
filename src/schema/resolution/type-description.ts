import type { LogicalTypeNode, NamedNode, SchemaNode } from '../schema-tree.js';

const SHOWN = 12;

/** Names a type in a sentence, e.g. `'long (timestamp-millis)'`, `'record "shop.Money"'` or `'null or string'`. */
export function describeType(node: SchemaNode): string {
  switch (node.kind) {
    case 'record':
    case 'enum':
      return describeNamed(node);
    case 'fixed':
      return describeNamed(node) + describeLogical(node.logical);
    case 'array':
    case 'map':
      return node.kind;
    case 'union':
      return listed(node.branches.map(describeType), ' or ');
    default:
      return node.kind + describeLogical(node.logical);
  }
}

/** Names a record, an enum or a fixed, e.g. `'record "shop.Money"'`. */
export function describeNamed(node: NamedNode & { kind: string }): string {
  return `${node.kind} ${JSON.stringify(node.name)}`;
}

/** Lists texts, the first dozen of them. */
export function listed(texts: readonly string[], separator = ', '): string {
  const hidden = texts.length - SHOWN;
  return texts.slice(0, SHOWN).join(separator) + (hidden > 0 ? ` and ${hidden} more` : '');
}

function describeLogical(logical: LogicalTypeNode | undefined): string {
  if (!logical) return '';
  const { name, precision, scale } = logical;
  return name === 'decimal' ? ` (decimal ${precision}, ${scale})` : ` (${name})`;
}
