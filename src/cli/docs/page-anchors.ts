import type { EventSchema } from '../../schema/index.js';
import type { DocumentedType, DocumentedTypes } from './documented-types.js';
import { HeadingAnchors } from './heading-anchors.js';
import type { NamedTypeNode } from '../named-types.js';

/** How the sections of a page link to each other and to files, in Markdown. */
export interface PageLinks {
  /** The address of a schema's file. */
  readonly file: (path: string) => string;
  /** A link to the section of a type. */
  readonly type: (node: NamedTypeNode) => string;
  /** A link to the section of an event. */
  readonly event: (schema: EventSchema) => string;
}

/** The anchors of a page's sections, worked out before the page is written, as sections link ahead. */
export class PageAnchors {
  /** Of the section with the types. */
  readonly ofTypes: string;

  readonly #aggregates = new Map<string, string>();
  readonly #events = new Map<NamedTypeNode, string>();
  readonly #types = new Map<DocumentedType, string>();

  /**
   * @param first the headings before the first aggregate.
   * @param types the heading before the first type.
   */
  constructor(
    first: readonly string[],
    aggregates: ReadonlyMap<string, readonly EventSchema[]>,
    types: string,
    private readonly documented: DocumentedTypes,
  ) {
    const anchors = new HeadingAnchors();
    for (const heading of first) anchors.next(heading);
    for (const [aggregate, events] of aggregates) {
      this.#aggregates.set(aggregate, anchors.next(aggregate));
      for (const { tree, eventType } of events) this.#events.set(tree, anchors.next(eventType));
    }
    this.ofTypes = anchors.next(types);
    for (const type of documented.all) this.#types.set(type, anchors.next(type.node.name));
  }

  /** Of an aggregate's section. */
  ofAggregate(name: string): string {
    return this.#aggregates.get(name) ?? '';
  }

  /** Of the section of a type, or of the event whose record it is. */
  ofNode(node: NamedTypeNode): string {
    const type = this.documented.find(node);
    return (type ? this.#types.get(type) : this.#events.get(node)) ?? '';
  }
}
