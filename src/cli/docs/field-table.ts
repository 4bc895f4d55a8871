import type { FieldNode, RecordNode } from '../../schema/index.js';
import { table } from './markdown-table.js';
import { code, literal, shortened } from './markdown-text.js';
import { readableType } from './readable-type.js';
import type { NamedTypeNode } from '../named-types.js';

const LONGEST_DEFAULT = 80;

/** A table of a record's fields in Markdown. */
export function fieldTable({ fields }: RecordNode, named: (node: NamedTypeNode) => string): string {
  if (fields.length === 0) return 'It has no fields.';
  const rows = fields.map((field) => [
    code(field.name),
    readableType(field.type, named),
    field.default ? defaultText(field) : 'required',
    meaningText(field),
  ]);
  return table(['field', 'type', 'default', 'meaning'], rows);
}

/** The default of a field in Markdown, as the schema spells it, shortened if it is long. */
export function defaultText(field: FieldNode): string {
  const json = JSON.stringify(field.default?.json) ?? '';
  return code(shortened(json, LONGEST_DEFAULT));
}

function meaningText({ doc = '', aliases }: FieldNode): string {
  const earlier = aliases.length > 0 ? [`Earlier called ${aliases.map(code).join(', ')}.`] : [];
  return [literal(doc), ...earlier].filter((part) => part !== '').join(' ');
}
