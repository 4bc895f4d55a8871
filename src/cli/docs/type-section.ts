import type { DocumentedType } from './documented-types.js';
import { fieldTable } from './field-table.js';
import { code, paragraphs } from './markdown-text.js';
import type { PageLinks } from './page-anchors.js';
import { readableLogical } from './readable-type.js';
import type { NamedTypeNode } from '../named-types.js';

/** The section of a type that events use: what it means, and its fields, symbols or size. */
export function typeSection({ node, usedBy }: DocumentedType, links: PageLinks): string {
  const earlier = node.aliases.length > 0 ? [`Earlier called ${node.aliases.map(code).join(', ')}.`] : [];
  const users = `Used by ${usedBy.map((schema) => links.event(schema)).join(', ')}.`;
  return [
    `### ${code(node.name)}`,
    paragraphs(node.doc ?? ''),
    [kindOf(node), ...earlier, users].join(' '),
    node.kind === 'record' ? fieldTable(node, links.type) : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function kindOf(node: NamedTypeNode): string {
  if (node.kind === 'record') return 'A record.';
  if (node.kind === 'fixed') {
    return `${node.size} bytes${node.logical ? `, as ${readableLogical(node.logical)}` : ''}.`;
  }
  const unknown = node.default === undefined ? '' : ` Another is read as ${code(node.default)}.`;
  return `One of ${node.symbols.map(code).join(', ')}.${unknown}`;
}
