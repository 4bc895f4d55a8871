import type { EventSchema } from '../../schema/index.js';
import { declarationText } from './declarations.js';
import { declaredNodes, type DeclaredNode } from './field-types.js';
import { distinctNames, pascalCase } from './identifiers.js';

/** What everything that the schemas of some events declare is called. */
export interface DeclaredNames {
  readonly events: ReadonlyMap<EventSchema, string>;
  /** Types that several events use the same are one type, under one name. */
  readonly types: ReadonlyMap<DeclaredNode, string>;
}

/** Names the events' interfaces, and the records and enums in them. */
export function declaredNames(schemas: readonly EventSchema[]): DeclaredNames {
  const ofEvents = schemas.map((schema) => {
    const event = `${pascalCase(schema.eventType)}Data`;
    return [schema, [event, pascalCase(schema.aggregateType) + event]] as const;
  });
  const events = distinctNames(new Map(ofEvents), []);

  const nodes = new Map<DeclaredNode, EventSchema>();
  for (const schema of schemas) {
    for (const node of declaredNodes(schema.tree.fields.map(({ type }) => type))) nodes.set(node, schema);
  }
  const identities = identitiesOf([...nodes.keys()]);
  const candidates = new Map<string, readonly string[]>();
  for (const [node, { aggregateType, eventType }] of nodes) {
    const identity = identities.get(node) ?? '';
    if (candidates.has(identity)) continue;
    const simple = pascalCase(node.simpleName);
    const namespace = node.name.slice(0, -node.simpleName.length);
    const named = namespace === '' ? [] : [pascalCase(namespace) + simple];
    const owned = [pascalCase(eventType) + simple, pascalCase(`${aggregateType}_${eventType}`) + simple];
    candidates.set(identity, [simple, ...named, ...owned]);
  }
  const names = distinctNames(candidates, events.values());
  const types = [...identities].map(([node, identity]) => [node, names.get(identity) ?? ''] as const);
  return { events, types: new Map(types) };
}

/**
 * Tells types apart that have one name and are declared differently, by themselves or by a type they use.
 *
 * @returns the same text for nodes that can share a declaration.
 */
function identitiesOf(nodes: readonly DeclaredNode[]): Map<DeclaredNode, string> {
  let identities = new Map(nodes.map((node) => [node, node.name]));
  let found = new Set(identities.values()).size;
  let before: number;
  // Types that use different types are different too, until that tells no more apart.
  do {
    const known = identities;
    const numbers = new Map<string, number>();
    identities = new Map(
      nodes.map((node) => {
        const text = declarationText(withoutDocs(node), (part) => known.get(part) ?? part.name);
        const key = `${known.get(node)} ${text}`;
        const number = numbers.get(key) ?? numbers.size;
        numbers.set(key, number);
        return [node, `${node.name} ${number}`];
      }),
    );
    before = found;
    found = numbers.size;
  } while (found > before);
  return identities;
}

function withoutDocs(node: DeclaredNode): DeclaredNode {
  return node.kind === 'enum'
    ? undocumented(node)
    : { ...undocumented(node), fields: node.fields.map(undocumented) };
}

function undocumented<T extends { readonly doc?: string }>(part: T): Omit<T, 'doc'> {
  const { doc: _, ...rest } = part;
  return rest;
}
