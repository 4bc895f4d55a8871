import type { FieldNode } from '../../schema/index.js';
import { docComment } from './doc-comment.js';
import { fieldType, type DeclaredNode, type NameOf } from './field-types.js';
import { writeLayout } from './layout.js';
import { aliasLayout, propertyLayout, union, word } from './type-expression.js';

/** The columns of a line, as in this project's own sources. */
const WIDTH = 110;

/** An exported interface with fields as readonly properties; those with a default may be left out. */
export function interfaceText(
  name: string,
  fields: readonly FieldNode[],
  nameOf: NameOf,
  doc: string,
): string {
  const properties = fields.map(({ name, type, default: missing, doc = '' }) => {
    const layout = propertyLayout(name, fieldType(type, nameOf), missing ? '?' : '');
    return `${docComment(doc, '  ')}${writeLayout([layout, ';'], WIDTH, 2)}\n`;
  });
  return block(name, properties, doc);
}

/** The declaration of a record or an enum. */
export function declarationText(node: DeclaredNode, nameOf: NameOf): string {
  const { doc = '' } = node;
  const name = nameOf(node);
  if (node.kind === 'enum') {
    const symbols = union(node.symbols.map((symbol) => word(`'${symbol}'`)));
    return `${docComment(doc)}${writeLayout([aliasLayout(name, symbols), ';'], WIDTH, 0)}\n`;
  }
  // An interface without properties would take any value but null.
  if (node.fields.length === 0) return block(name, ['  readonly [field: string]: never;\n'], doc);
  return interfaceText(name, node.fields, nameOf, doc);
}

function block(name: string, properties: readonly string[], doc: string): string {
  const body = properties.length === 0 ? '' : `\n${properties.join('')}`;
  return `${docComment(doc)}export interface ${name} {${body}}\n`;
}
