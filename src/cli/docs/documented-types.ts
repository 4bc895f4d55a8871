import type { EventSchema } from '../../schema/index.js';
import { namedTypesOf } from '../named-types.js';
import type { NamedTypeNode } from '../named-types.js';
import { plainAvro } from './plain-avro.js';

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
