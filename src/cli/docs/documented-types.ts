import type { EventSchema, RecordNode, SchemaNode } from '../../schema/index.js';
import { plainAvro } from './plain-avro.js';
import type { NamedTypeNode } from './readable-type.js';

/** A record, enum or fixed that events use, and the events that do, in their order. */
export interface DocumentedType {
  readonly node: NamedTypeNode;
  readonly usedBy: EventSchema[];
}

/**
 * The named types that some events use at any depth, and which of them a node of a schema's tree is.
 *
 * Schemas may define one name differently; then it stands for several types.
 */
export class DocumentedTypes {
  readonly #byText = new Map<string, DocumentedType>();
  readonly #byNode = new Map<NamedTypeNode, DocumentedType>();

  constructor(schemas: Iterable<EventSchema>) {
    for (const schema of schemas) {
      for (const node of namedTypesOf(schema.tree)) this.#add(node, schema);
    }
  }

  /** Sorted by name. */
  get all(): DocumentedType[] {
    return [...this.#byText.values()].sort(
      (a, b) => Number(a.node.name > b.node.name) - Number(a.node.name < b.node.name),
    );
  }

  /** The type that a node is; `undefined` for the record of an event. */
  find(node: NamedTypeNode): DocumentedType | undefined {
    return this.#byNode.get(node);
  }

  #add(node: NamedTypeNode, schema: EventSchema): void {
    const text = JSON.stringify([node.name, plainAvro(node)]);
    const type = this.#byText.get(text) ?? { node, usedBy: [] };
    type.usedBy.push(schema);
    this.#byText.set(text, type);
    this.#byNode.set(node, type);
  }
}

function namedTypesOf(event: RecordNode): Set<NamedTypeNode> {
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
