import type { EnumNode, RecordNode, SchemaNode, UnionNode } from '../../schema/index.js';
import { leafType } from './leaf-types.js';
import { reference, union, type TypeExpression } from './type-expression.js';

/** A type that gets a declaration of its own. */
export type DeclaredNode = RecordNode | EnumNode;

/** What the declaration of a type is called. */
export type NameOf = (node: DeclaredNode) => string;

/** The type of the values that a schema takes, as `docs/schemas.md` has them. */
export function fieldType(node: SchemaNode, nameOf: NameOf): TypeExpression {
  switch (node.kind) {
    case 'record':
    case 'enum':
      return reference(nameOf(node));
    case 'array':
      return { kind: 'array', items: fieldType(node.items, nameOf) };
    case 'map':
      return { kind: 'map', values: fieldType(node.values, nameOf) };
    case 'union':
      return unionType(node, nameOf);
    default:
      return leafType(node);
  }
}

/** Values of a union are wrapped where their kind does not tell the branch, all but `null`. */
function unionType({ branches }: UnionNode, nameOf: NameOf): TypeExpression {
  const kinds = branches.flatMap(kindsOf);
  const isWrapped = new Set(kinds).size < kinds.length;
  const types = branches.map((branch): TypeExpression => {
    const value = fieldType(branch, nameOf);
    if (!isWrapped || branch.kind === 'null') return value;
    return { kind: 'wrapper', key: 'name' in branch ? branch.name : branch.kind, value };
  });
  return union(types);
}

/** What a value can be told from others by. */
function kindsOf(branch: SchemaNode): string[] {
  switch (branch.kind) {
    case 'record':
    case 'map':
      return ['object'];
    case 'enum':
      return ['string'];
    case 'array':
    case 'union':
      return [branch.kind];
    default:
      return wordsOf(leafType(branch));
  }
}

function wordsOf(type: TypeExpression): string[] {
  if (type.kind === 'union') return type.members.flatMap(wordsOf);
  return type.kind === 'word' ? [type.text] : [type.kind === 'reference' ? type.name : type.kind];
}

/** The types that get declarations among a schema's parts, each once, in the order of their appearance. */
export function declaredNodes(schemas: readonly SchemaNode[]): DeclaredNode[] {
  const found = new Set<DeclaredNode>();
  const visit = (node: SchemaNode): void => {
    if (node.kind === 'array') visit(node.items);
    else if (node.kind === 'map') visit(node.values);
    else if (node.kind === 'union') node.branches.forEach(visit);
    else if (node.kind === 'enum') found.add(node);
    else if (node.kind === 'record' && !found.has(node)) {
      found.add(node);
      for (const { type } of node.fields) visit(type);
    }
  };
  schemas.forEach(visit);
  return [...found];
}
