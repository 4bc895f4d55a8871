import type { RecordNode, SchemaNode } from '../schema/index.js';

/** A record, an enum or a fixed. */
export type NamedTypeNode = Extract<SchemaNode, { readonly name: string }>;

/** The named types that an event uses at any depth, without its own record, in the order of their appearance. */
export function namedTypesOf(event: RecordNode): Set<NamedTypeNode> {
  const found = new Set<NamedTypeNode>([event]);
  const visit = (node: SchemaNode): void => {
    if ('name' in node) {
      if (found.has(node)) return;
      found.add(node);
    }
    if (node.kind === 'record') for (const { type } of node.fields) visit(type);
    if (node.kind === 'array') visit(node.items);
    if (node.kind === 'map') visit(node.values);
    if (node.kind === 'union') node.branches.forEach(visit);
  };
  for (const { type } of event.fields) visit(type);
  found.delete(event);
  return found;
}
