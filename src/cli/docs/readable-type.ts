import type { LogicalTypeNode, SchemaNode } from '../../schema/index.js';
import type { NamedTypeNode } from '../named-types.js';

/**
 * A type as a reader says it, such as `list of decimal(18,2)` or `string or null`.
 *
 * @param named writes the name of a record, enum or fixed; it may add a link.
 */
export function readableType(node: SchemaNode, named: (node: NamedTypeNode) => string): string {
  const part = (inner: SchemaNode): string => {
    const text = readableType(inner, named);
    return inner.kind === 'union' && inner.branches.length > 1 ? `(${text})` : text;
  };
  switch (node.kind) {
    case 'array':
      return `list of ${part(node.items)}`;
    case 'map':
      return `map of ${part(node.values)}`;
    case 'union':
      return [...node.branches]
        .sort((a, b) => Number(a.kind === 'null') - Number(b.kind === 'null'))
        .map(part)
        .join(' or ');
    case 'record':
    case 'enum':
    case 'fixed':
      return named(node);
    default:
      return node.logical ? readableLogical(node.logical) : node.kind;
  }
}

/** A logical type as a reader says it, such as `date` or `decimal(18,2)`. */
export function readableLogical({ name, precision, scale }: LogicalTypeNode): string {
  return precision === undefined ? name : `${name}(${precision},${scale ?? 0})`;
}
